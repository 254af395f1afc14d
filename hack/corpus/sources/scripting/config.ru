require 'sinatra/base'
require 'yaml'
require 'logger'

LOG = Logger.new($stdout)
LOG.info('storefront 5.1 booting')

class Storefront < Sinatra::Base
  set :logging, true
  set :session_secret, ENV.fetch('SESSION_SECRET')

  if ENV['DATABASE_HOST']
    require 'pg'
    attempts = 0
    begin
      DB = PG.connect(host: ENV['DATABASE_HOST'], user: 'app', password: ENV.fetch('DATABASE_PASSWORD', ''), dbname: 'shop')
      LOG.info("connected to PostgreSQL #{DB.server_version}")
    rescue PG::ConnectionBad => e
      attempts += 1
      raise if attempts >= ENV.fetch('DATABASE_ATTEMPTS', '1').to_i
      LOG.warn("database not ready: #{e.message.strip} - retry #{attempts}")
      sleep 0.4
      retry
    end
  end
  if ENV['REDIS_URL']
    require 'redis'
    REDIS = Redis.new(url: ENV['REDIS_URL'])
    LOG.info("redis says #{REDIS.ping}")
  end
  SETTINGS = ENV['SETTINGS'] ? YAML.safe_load_file(ENV['SETTINGS']) : {}
  LOG.info("currency #{SETTINGS['shop']['currency'].upcase}") if ENV['SETTINGS']
  require ENV['EXTRA'] if ENV['EXTRA']

  get('/healthz') { 'ok' }
end

run Storefront
