"""The part of MLflow's REST API (https://mlflow.org/docs/latest/rest-api.html) that reporting uses, with its limits, in memory."""
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Mlflow:
    def __init__(self) -> None:
        self.experiments: dict[str, str] = {}
        self.runs: dict[str, dict[str, Any]] = {}
        self.authorizations: set[str | None] = set()

    def answer(self, route: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        match route:
            case "experiments/get-by-name":
                found = self.experiments.get(body["experiment_name"])
                if found is None:
                    return 404, {"error_code": "RESOURCE_DOES_NOT_EXIST"}
                return 200, {"experiment": {"experiment_id": found}}
            case "experiments/create":
                self.experiments[body["name"]] = str(len(self.experiments) + 1)
                return 200, {"experiment_id": self.experiments[body["name"]]}
            case "runs/search":
                tag, value = body["filter"].removeprefix("tags.`").removesuffix("'").split("` = '")
                runs = [run for run in self.runs.values() if run["tags"].get(tag) == value and run["experiment_id"] in body["experiment_ids"]]
                return 200, {"runs": [self._shown(run) for run in runs]}
            case "runs/create":
                run = {**body, "id": f"run{len(self.runs)}", "tags": _pairs(body["tags"]), "params": {}, "metrics": [], "status": "RUNNING"}
                self.runs[run["id"]] = run
                return 200, {"run": self._shown(run)}
            case "runs/log-batch":
                metrics, params = body.get("metrics", []), body.get("params", [])
                if len(metrics) > 1000 or len(params) > 100 or any(len(param["value"]) > 500 for param in params):
                    return 400, {"error_code": "INVALID_PARAMETER_VALUE"}
                run = self.runs[body["run_id"]]
                run["metrics"] += metrics
                run["params"] |= _pairs(params)
                run["tags"] |= _pairs(body.get("tags", []))
                return 200, {}
            case "runs/update":
                self.runs[body["run_id"]] |= body
                return 200, {"run_info": {}}
            case "runs/set-tag":
                self.runs[body["run_id"]]["tags"][body["key"]] = body["value"]
                return 200, {}
        return 404, {"error_code": "ENDPOINT_NOT_FOUND"}

    @staticmethod
    def _shown(run: dict[str, Any]) -> dict[str, Any]:
        return {"info": {"run_id": run["id"]}, "data": {"tags": [{"key": key, "value": value} for key, value in run["tags"].items()]}}


def _pairs(items: list[dict[str, str]]) -> dict[str, str]:
    return {item["key"]: item["value"] for item in items}


@contextmanager
def mlflow_server() -> Iterator[tuple[str, Mlflow]]:
    mlflow = Mlflow()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()})

        def do_POST(self) -> None:
            self._answer(json.loads(self.rfile.read(int(self.headers["content-length"]))))

        def _answer(self, body: dict[str, Any]) -> None:
            mlflow.authorizations.add(self.headers["authorization"])
            status, answer = mlflow.answer(urlsplit(self.path).path.removeprefix("/api/2.0/mlflow/"), body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", mlflow
    finally:
        server.shutdown()
        server.server_close()
