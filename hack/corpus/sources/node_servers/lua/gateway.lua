local socket = require("socket")
local http = require("socket.http")
local routing = require("routing")

local function log(level, fmt, ...)
  io.stderr:write(os.date("!%Y-%m-%dT%H:%M:%SZ"), " [", level, "] ", string.format(fmt, ...), "\n")
end

local path = os.getenv("GATEWAY_CONFIG") or "/config/gateway.lua"
local chunk, why = loadfile(path, "t", {})
if not chunk then
  log("error", "configuration: %s", why)
  os.exit(1)
end
local config = chunk()
local routes = routing.compile(config.routes)
log("info", "%d routes", #routes)
if config.upstream then
  local body, code = http.request(config.upstream .. "/health")
  if not body then error("upstream " .. config.upstream .. ": " .. code) end
  if code ~= 200 then error("upstream " .. config.upstream .. " answered " .. code) end
end
if config.access_log then
  local file = assert(io.open(config.access_log, "a"))
  for _ = 1, 64 do assert(file:write(string.rep("x", 65536))) end
  assert(file:close())
end
local server = assert(socket.bind(config.host or "*", config.port))
server:settimeout(0.2)
log("info", "gateway listens on port %d", config.port)
local served = 0
while true do
  local client = server:accept()
  if client then
    client:settimeout(1)
    local line = client:receive("*l")
    served = served + 1
    local ok, err = pcall(routing.pick, routes, line)
    if ok then client:send("HTTP/1.0 200 OK\r\n\r\nok\n") else log("error", "request failed: %s", err); client:send("HTTP/1.0 500 Oops\r\n\r\n") end
    client:close()
    if config.quota and served >= config.quota then routing.rotate(nil) end
  end
end
