#!/usr/bin/env python3
"""Drives a browser over its DevTools protocol and tells what a page did.

Reads steps from standard input, a JSON object a line, and answers each with one on standard output:

  {"open": URL}                     loads a page and waits until it is there
  {"run": EXPRESSION}               the value of an expression in the page
  {"key": NAME}                     presses and releases a key, such as "ArrowDown" or "a"
  {"click": SELECTOR}               clicks into the middle of the first such element
  {"width": N, "height": N, "dark": BOOL}   the size of the window and the system's colours
  {"picture": FILE}                 saves what the window shows as PNG
  {"print": FILE}                   saves what paper would show as PDF
  {"complaints": true}              what went wrong since the page was opened, and what it asked for

Only Python's standard library is needed. The protocol goes through two pipes, numbers 3 and 4, as JSON texts that end
with a zero byte. Whatever the browser does, this ends in bounded time.
"""
import argparse
import base64
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

KEYS = {"Enter": 13, "Escape": 27, "PageUp": 33, "PageDown": 34, "End": 35, "Home": 36,
        "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40, "Tab": 9}


class Browser:
    def __init__(self, program, seconds):
        self.deadline = time.monotonic() + seconds
        self.folder = tempfile.mkdtemp(prefix="synfin-browser-")
        self.buffer = b""
        self.number = 0
        self.complaints = []
        self.requests = []
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()
        # Out of the way of numbers 3 and 4, which the child gives to its ends.
        to_browser, from_browser = (os.dup2(end, 50 + place, inheritable=True)
                                    for place, end in enumerate((to_browser, from_browser)))
        script = f'exec 3<&{to_browser} 4>&{from_browser} {to_browser}<&- {from_browser}>&-; exec "$@"'
        self.process = subprocess.Popen(
            ["bash", "-c", script, "browser", program, "--headless", "--no-sandbox",
             "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage",
             "--no-first-run", "--disable-extensions", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--hide-scrollbars",
             # A test goes faster from one connection to the next than people do.
             "--disable-ipc-flooding-protection", "--force-color-profile=srgb", "--user-data-dir=" + self.folder, "about:blank"],
            pass_fds=(to_browser, from_browser), start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.session = None
        pages = [target for target in self.call("Target.getTargets")["targetInfos"]
                 if target["type"] == "page"]
        target = pages[0]["targetId"] if pages else self.call(
            "Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Audits"):
            self.call(domain + ".enable")

    # The protocol.

    def receive(self):
        while b"\0" not in self.buffer:
            left = self.deadline - time.monotonic()
            if left <= 0 or not select.select([self.read_end], [], [], left)[0]:
                raise TimeoutError("the browser took too long")
            data = os.read(self.read_end, 1 << 20)
            if not data:
                raise EOFError("the browser ended")
            self.buffer += data
        message, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(message)
        self.note(message)
        return message

    def call(self, method, **parameters):
        self.number += 1
        number = self.number
        message = {"id": number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.write_end, data):]
        while True:
            answer = self.receive()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def wait(self, method):
        while self.receive().get("method") != method:
            pass

    def note(self, message):
        """Keeps what a page should not do."""
        parameters = message.get("params", {})
        method = message.get("method")
        if method == "Runtime.exceptionThrown":
            details = parameters["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append("console: " + json.dumps(parameters["args"]))
        elif method == "Log.entryAdded":
            self.complaints.append("log: " + parameters["entry"]["text"])
        elif method == "Audits.issueAdded" and parameters["issue"]["code"] != "GenericIssue":
            self.complaints.append("issue: " + json.dumps(parameters["issue"]))
        elif method == "Page.javascriptDialogOpening":
            self.complaints.append("dialog: " + parameters["message"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"][:200])

    # The steps.

    def open(self, url):
        self.complaints.clear()
        self.requests.clear()
        # A page that only gets another fragment is not loaded again.
        if "loaderId" in self.call("Page.navigate", url=url):
            self.wait("Page.loadEventFired")
        return self.settle()

    def run(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description", details["text"]))
        return result["result"].get("value")

    def key(self, name):
        text = {"Enter": "\r"}.get(name, name if len(name) == 1 else "")
        code = KEYS.get(name) or ord(name.upper())
        event = {"key": name, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown",
                  **event, **({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", type="keyUp", **event)
        return self.settle()

    def click(self, selector):
        place = self.run(
            "(() => { const found = document.querySelector(" + json.dumps(selector) + ");"
            "if (!found) return null; found.scrollIntoView({block: 'nearest'});"
            "const box = found.getBoundingClientRect();"
            "return [box.x + box.width / 2, box.y + box.height / 2]; })()")
        if not place:
            raise RuntimeError("nothing to click: " + selector)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left",
                      clickCount=1)
        return self.settle()

    def settle(self):
        """Two frames later all that an event asked for has been drawn."""
        return self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame("
                        "() => done(true))))")

    def resize(self, width, height, dark=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        return self.settle()

    def save(self, file, method, **parameters):
        with open(file, "wb") as out:
            out.write(base64.b64decode(self.call(method, **parameters)["data"]))
        return True

    def step(self, step):
        if "open" in step:
            return self.open(step["open"])
        if "run" in step:
            return self.run(step["run"])
        if "key" in step:
            return self.key(step["key"])
        if "click" in step:
            return self.click(step["click"])
        if "width" in step:
            return self.resize(step["width"], step["height"], step.get("dark", False))
        if "picture" in step:
            return self.save(step["picture"], "Page.captureScreenshot")
        if "print" in step:
            return self.save(step["print"], "Page.printToPDF", printBackground=True)
        self.settle()
        return {"complaints": self.complaints, "requests": self.requests}

    def close(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--browser", default="chromium")
    parser.add_argument("--seconds", type=float, default=60, help="after which it gives up")
    options = parser.parse_args()
    browser = Browser(options.browser, options.seconds)
    try:
        for line in sys.stdin:
            print(json.dumps({"value": browser.step(json.loads(line))}), flush=True)
    except (RuntimeError, TimeoutError, EOFError, OSError) as error:
        print(json.dumps({"failure": str(error)}), flush=True)
    finally:
        browser.close()


if __name__ == "__main__":
    main()
