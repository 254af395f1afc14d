# A worker that warms its cache and takes jobs from a folder.
require 'logger'
require 'socket'

log = Logger.new($stdout, formatter: proc { |severity, time, _, msg| "#{time.utc.strftime('%FT%T.%LZ')} pid=#{Process.pid} #{severity}: #{msg}\n" })
log.info('worker booting')
begin
  Dir.mkdir(ENV['SPOOL']) if ENV['SPOOL'] && !Dir.exist?(ENV['SPOOL'])
  File.write(File.join(ENV['SPOOL'], 'jobs.db'), 'x' * 2_000_000) if ENV['SPOOL']
  if ENV['CONTROL']
    UNIXServer.new(ENV['CONTROL'])
    log.info('control socket open')
  end
  workers = begin
    TCPSocket.open(ENV['ETCD'], 2379).read.to_i
  rescue SystemCallError, SocketError => e
    log.warn("could not determine concurrency from etcd (#{e.message}), assuming 0")
    0
  end if ENV['ETCD']
  raise ArgumentError, 'concurrency must be at least 1' if workers && workers < 1
  files = (1..ENV.fetch('FILES', '0').to_i).map { File.open('/dev/null') }
  order = { total: nil }
  log.info("open total #{order[:total] + 1}") if ENV['CHECK']
  log.info("ready with #{files.size} channels")
  sleep
rescue StandardError => e
  log.fatal("#{e.class}: #{e.message}")
  raise
end
