"""GET /healthz says that it lives, POST /score what the model thinks."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from service.model import VERSION, score


class Handler(BaseHTTPRequestHandler):
    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        if self.path == "/healthz":
            self.answer(200, {"status": "ok", "model": VERSION})
        else:
            self.answer(404, {"error": "not found"})

    def do_POST(self):
        if self.path != "/score":
            self.answer(404, {"error": "not found"})
            return
        try:
            features = json.loads(self.rfile.read(int(self.headers["content-length"])))
            self.answer(200, {"score": score(features), "model": VERSION})
        except (TypeError, ValueError, AttributeError):
            self.answer(400, {"error": "send a JSON object of numbers"})


def create_server(port, host="0.0.0.0"):
    return ThreadingHTTPServer((host, port), Handler)


if __name__ == "__main__":
    create_server(int(os.environ.get("PORT", "8080"))).serve_forever()
