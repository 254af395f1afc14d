"""Stands in for Vault's API where a real one cannot be fetched: token check and one secret."""

import http.server
import json
import sys


class Vault(http.server.BaseHTTPRequestHandler):
    def answer(self, code, body):
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        if sys.argv[1] == "sealed":
            return self.answer(503, {"errors": ["Vault is sealed"]})
        if self.headers.get("X-Vault-Token") != "hvs.good":
            return self.answer(403, {"errors": ["permission denied"]})
        if self.path.endswith("lookup-self"):
            return self.answer(200, {"data": {"id": "x"}})
        if self.path.endswith("/data/shop"):
            value = 5 if sys.argv[1] == "number" else "hunter"
            return self.answer(200, {"data": {"data": {"db-password": value}, "metadata": {"version": 1}}})
        if self.path.endswith("/data/forbidden"):
            return self.answer(403, {"errors": ["1 error occurred:\n\t* permission denied\n\n"]})
        self.answer(404, {"errors": []})

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


http.server.HTTPServer(("127.0.0.1", 8200), Vault).serve_forever()
