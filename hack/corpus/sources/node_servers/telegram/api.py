import http.server, json, sys, time
class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        token = self.path.split("/")[1]
        if self.path.endswith("getUpdates") and sys.argv[1:] == ["conflict"]:
            code, body = 409, {"ok": False, "error_code": 409, "description": "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"}
        elif token != "bot8123456:AAF-correct":
            code, body = 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
        elif self.path.endswith("getMe"):
            code, body = 200, {"ok": True, "result": {"id": 8123456, "is_bot": True, "first_name": "Shop", "username": "shop_bot"}}
        elif self.path.endswith("getUpdates"):
            time.sleep(0.4)
            code, body = 200, {"ok": True, "result": []}
        else:
            code, body = 200, {"ok": True, "result": True}
        raw = json.dumps(body).encode()
        self.send_response(code); self.send_header("Content-Type", "application/json"); self.send_header("Content-Length", str(len(raw))); self.end_headers(); self.wfile.write(raw)
    do_GET = do_POST
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(("", 8081), Answer).serve_forever()
