# Collects audit records and sends them on; Ruby's Logger.
require 'json'
require 'logger'
require 'net/http'

$stdout.sync = true
log = Logger.new($stdout, progname: 'audit')
stopping = false
trap('TERM') { stopping = true }
log.info("audit 1.3.0 up, ruby #{RUBY_VERSION}")
records = [{ 'id' => 1, 'who' => 'ana' }, { 'id' => 2, 'who' => 'bo' }, { 'id' => 3 }]
tries = 0
begin
  if (url = ENV['ARCHIVE_URL'])
    tries += 1
    Net::HTTP.get_response(URI(url))
    log.info('archive reached')
  end
rescue SystemCallError, SocketError => e
  log.warn("archive: #{e.message} (#{e.class}), try #{tries}")
  sleep 0.5
  retry if tries < ENV.fetch('TRIES', '3').to_i
  raise unless ENV['SPOOL']
  log.error('archive unreachable, spooling to disk')
end
records.first(2).each { |r| log.info("stored #{r['id']} of #{r['who'].upcase}") }
case ARGV[0]
when 'bug' then records.each { |r| log.info("indexed #{r['who'].upcase}") }
when 'heap' then a = []; loop { a << ('x' * (32 << 20)) }
when 'deep' then def nest(x) = [nest(x)]; nest(1)
when 'job' then log.info('3 records archived'); exit 0
end
until stopping
  sleep 0.4
  begin
    Net::HTTP.get_response(URI(url)) if url
    log.info('tick')
  rescue SystemCallError => e
    log.error("#{e.class}: #{e.message}")
  end
end
log.info('TERM, draining')
log.info('drained')
