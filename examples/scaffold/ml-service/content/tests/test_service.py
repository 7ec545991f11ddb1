import json
import threading
import unittest
import urllib.error
import urllib.request

from service.__main__ import create_server
from service.model import VERSION, score


class ServiceTest(unittest.TestCase):
    def setUp(self):
        self.server = create_server(0, "127.0.0.1")
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()

    def call(self, path, data=None):
        with urllib.request.urlopen(self.url + path, data=data) as response:
            return json.load(response)

    def test_lives_and_scores(self):
        self.assertEqual(self.call("/healthz"), {"status": "ok", "model": VERSION})
        answer = self.call("/score", json.dumps({"amount": 900}).encode())
        self.assertAlmostEqual(answer["score"], score({"amount": 900}))

    def test_refuses_what_is_no_question(self):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            self.call("/score", b"[]")
        self.assertEqual(caught.exception.code, 400)
        caught.exception.close()

    def test_more_is_riskier(self):
        self.assertLess(score({"amount": 1}), score({"amount": 2000}))
