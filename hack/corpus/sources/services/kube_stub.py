"""Stands in for an API server: answers as one whose RBAC allows listing in `shop`, nothing else."""

import http.server
import json
import sys


def status(code, reason, message):
    return code, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message,
                  "reason": reason, "code": code}


class Api(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        who = "system:serviceaccount:ops:quota-enforcer"
        if sys.argv[1] == "unauthorized":
            code, body = status(401, "Unauthorized", "Unauthorized")
        elif "/namespaces/shop/" in self.path:
            owners = [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "1"}]
            if sys.argv[1] == "orphan":
                owners = None
            code, body = 200, {"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": [
                {"metadata": {"name": "web-1", "namespace": "shop", "ownerReferences": owners}}]}
        else:
            code, body = status(403, "Forbidden", f'pods is forbidden: User "{who}" cannot list resource "pods" in '
                                'API group "" in the namespace "billing"')
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


http.server.HTTPServer(("127.0.0.1", 6443), Api).serve_forever()
