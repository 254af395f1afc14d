# Exports orders as CSV at night: OptionParser, YAML, pg, the standard library's Logger.
require "csv"
require "logger"
require "optparse"
require "pg"
require "yaml"

module Export
  class Error < StandardError; end

  LOG = Logger.new($stdout, progname: "nightly-export")
  $stdout.sync = true

  def self.options
    found = { config: ENV.fetch("EXPORT_CONFIG", "/config/export.yml"), format: "csv" }
    OptionParser.new do |parser|
      parser.on("--config FILE") { |value| found[:config] = value }
      parser.on("--format FORMAT", %w[csv tsv]) { |value| found[:format] = value }
      parser.on("--limit N", Integer) { |value| found[:limit] = value }
    end.parse!
    found
  end

  def self.run
    chosen = options
    settings = YAML.safe_load(File.read(chosen[:config]), symbolize_names: true)
    target = settings.fetch(:target)
    LOG.info("exporting to #{target}")
    require settings[:driver] if settings[:driver]
    connection = PG.connect(ENV.fetch("DATABASE_URL"))
    rows = connection.exec("select id, total from orders").to_a
    LOG.info("#{rows.size} rows")
    File.open(File.join(target, "orders.#{chosen[:format]}"), "w") do |file|
      200.times { rows.each { |row| file.puts([row["id"], Integer(row["total"]), row["buyer"].to_s.strip].to_csv) } }
    end
    LOG.info("done")
  rescue PG::Error => error
    raise Error, "export failed: #{error.message.lines.first.strip}" if ENV["TERSE"]
    raise
  end
end

Export.run
