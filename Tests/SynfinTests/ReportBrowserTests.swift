import Foundation
import Testing

/// The HTML report in a real browser.
@Suite(.serialized, .enabled(if: BrowserSession.isPossible, BrowserSession.isNeeded))
struct ReportBrowserTests {
  /// Makes a report and opens it.
  private func open(
    _ files: [String], _ arguments: [String] = [],
    _ body: (BrowserSession, _ page: String) throws -> Void
  ) throws {
    try Scratch.with { scratch in
      let page = scratch.path("report.html")
      let run = try Binary.run(["report"] + files + arguments + ["-o", page])
      #expect(run.status == 0, "\(run.errors)")
      try BrowserSession.open(page) { browser in
        try body(browser, page)
        let conduct = try browser.conduct()
        #expect(conduct.complaints == [])
        #expect(
          conduct.requests.allSatisfy { $0.hasPrefix("file://") && $0.contains("report.html") })
      }
    }
  }

  private static let cell =
    "[...document.querySelectorAll('#rows [role=row]')]"
    + ".sort((a, b) => a.dataset.place - b.dataset.place)"

  /// The texts of a column, as far as its rows are drawn, from the top.
  private func column(_ name: String, _ browser: BrowserSession) throws -> [String] {
    try browser.run("\(Self.cell).map(row => row.querySelector('.\(name)').textContent)")
  }

  /// What the table says is what `synfin FILE` says.
  @Test func tableSaysWhatTheTerminalSays() throws {
    let files = try Fixture.all
    let lines = try Binary.run(files).lines
    let columns = [
      "id", "transport", "client", "server", "start", "roundTrip", "sent", "received",
      "ending", "duration", "notability",
    ]
    try open(files) { browser, _ in
      try browser.resize(width: 1280, height: 20_000)
      try browser.click("#heads [data-key=id] button")
      let names = columns.map { "'\($0)'" }.joined(separator: ",")
      let rows: [[String]] = try browser.run(
        "\(Self.cell).map(row => [\(names)].map(name => row.querySelector('.' + name).textContent))"
      )
      #expect(rows.count > 90)
      #expect(rows.map { $0[0] } == (1...rows.count).map(String.init))
      for (row, line) in zip(rows, lines.suffix(rows.count)) {
        let words = row.filter { !$0.isEmpty }
        var rest = line[...]
        for word in words {
          let place = rest.range(of: word)
          #expect(place != nil, "\(word): \(line)")
          rest = rest[(place?.upperBound ?? rest.startIndex)...]
        }
      }
    }
  }

  @Test func everyDetailOpens() throws {
    try open(try Fixture.all) { browser, _ in
      let count: Int = try browser.run("document.querySelectorAll('template').length")
      #expect(count > 90)
      let wrong: [String] = try browser.run(
        """
        (async () => {
          const wrong = [];
          for (const template of document.querySelectorAll('template')) {
            location.hash = '#open=' + template.id.slice(1);
            await new Promise(done => setTimeout(done));
            const story = document.getElementById('story');
            const isRight = document.getElementById('detail').open
              && story.querySelector('h2').textContent.startsWith('#' + template.id.slice(1) + ' ')
              && story.querySelector('.verdict').textContent && story.querySelector('.ladder svg')
              && story.querySelectorAll('script, [onload], [style]').length === 0;
            if (!isRight) wrong.push(template.id);
          }
          return wrong;
        })()
        """)
      #expect(wrong == [])
    }
  }

  @Test func keyboardOpensAndCloses() throws {
    try open(try Fixture.all) { browser, _ in
      try browser.perform("document.getElementById('grid').focus()")
      try browser.press("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp")
      let ids = try column("id", browser)
      let selected: String = try browser.run(
        "document.querySelector('#rows [aria-selected=true] .id').textContent")
      #expect(selected == ids[2])
      #expect(
        try browser.run("document.getElementById('grid').getAttribute('aria-activedescendant')")
          == "row-\(ids[2])")
      try browser.press("Enter")
      #expect(try title(browser).hasPrefix("#\(ids[2]) "))
      #expect(try browser.run("location.hash") == "#open=\(ids[2])")
      try browser.click("#next")
      #expect(try title(browser).hasPrefix("#\(ids[3]) "))
      try browser.press("ArrowLeft", "ArrowLeft")
      #expect(try title(browser).hasPrefix("#\(ids[1]) "))
      try browser.press("ArrowRight", "Escape")
      #expect(try browser.run("document.getElementById('detail').open") == false)
      #expect(try browser.run("document.activeElement.id") == "grid")
      #expect(try browser.run("location.hash") == "")
      try browser.press("End")
      let last: String = try browser.run(
        "document.querySelector('#rows [aria-selected=true]').getAttribute('aria-rowindex')")
      #expect(
        try browser.run("document.getElementById('grid').getAttribute('aria-rowcount')") == last)
    }
  }

  private func title(_ browser: BrowserSession) throws -> String {
    try browser.run("document.querySelector('#detail[open] h2').textContent")
  }

  @Test func findingsFilterTheTable() throws {
    try open(try Fixture.all) { browser, page in
      try browser.click(".finding[data-problem=syn_retry]")
      let count: String = try browser.run(
        "document.querySelector('.finding[data-problem=syn_retry] .count').textContent")
      let status = "document.getElementById('count').textContent"
      #expect(try browser.run(status, as: String.self).hasPrefix("\(count) of "))
      #expect(try column("notability", browser).allSatisfy { $0.contains("SYN retr") })
      try browser.click(".chip[data-outcome=refused]")
      #expect(try column("ending", browser) == ["refused", "refused", "refused"])
      #expect(try browser.run("location.hash") == "#outcome=refused")
      // The address alone brings it back.
      try browser.perform("location.hash = '#find=:7654+udp&order=sent&up=true'")
      let sent = try column("transport", browser)
      #expect(!sent.isEmpty && sent.allSatisfy { $0 == "UDP" })
      #expect(
        try browser.run("document.querySelector('[data-key=sent]').getAttribute('aria-sort')")
          == "ascending")
      try browser.click("#clear")
      #expect(try browser.run(status, as: String.self).hasSuffix(" connections"))
      try browser.open(page, hash: "#open=3&outcome=no-such-thing&order=neither")
      #expect(try title(browser).hasPrefix("#3 "))
    }
  }

  @Test func evidenceLeadsToTheLadder() throws {
    try open([Fixture.path("lost-syn")]) { browser, _ in
      try browser.perform("document.getElementById('grid').focus()")
      try browser.press("Enter")
      let number: String = try browser.run("document.querySelector('.verdict .packet').textContent")
      try browser.click(".verdict .packet")
      let found: [String] = try browser.run(
        "[...document.querySelectorAll('.ladder .found title')].map(title => title.textContent)")
      #expect(found.count == 1 && found.first?.hasPrefix("packet \(number) ") == true, "\(found)")
      // The link's own address leads there, too.
      let address: String = try browser.run(
        "document.querySelector('.verdict .packet').getAttribute('href')")
      try browser.press("Escape")
      try browser.perform("location.hash = '\(address)'")
      #expect(try browser.run("document.querySelectorAll('.ladder .found').length") == 1)
    }
  }

  @Test func narrowAndDarkWork() throws {
    try open(try Fixture.all) { browser, _ in
      try browser.resize(width: 400, height: 800)
      #expect(try browser.run("document.documentElement.scrollWidth <= 400"))
      try browser.click("#rows [role=row]")
      #expect(
        try browser.run("document.querySelector('#detail h2').getBoundingClientRect().right <= 400")
      )
      try browser.press("Escape")
      let paper = "getComputedStyle(document.body).backgroundColor"
      let before: String = try browser.run(paper)
      try browser.click("#theme")
      let after: String = try browser.run(paper)
      #expect(before != after)
      try browser.click("#theme")
      #expect(try browser.run(paper) == before)
    }
  }

  // MARK: - Many

  @Test func hundredThousandConnections() throws {
    try Scratch.with { scratch in
      // Few packets each: nearly all are attempts that nobody answers.
      let kinds = [0, 0, 0, 2, 2, 4] + [Int](repeating: 1, count: 14)
      let capture = try scratch.file(
        "many.pcap", GeneratedCapture.manyConnections(100_000, kinds: kinds))
      try open([capture], ["--detail", "20"]) { browser, page in
        let size = try FileManager.default.attributesOfItem(atPath: page)[.size] as? Int
        #expect((size ?? .max) < 20_000_000)
        let status = "document.getElementById('count').textContent"
        #expect(try browser.run(status) == "100,000 connections")
        try sorts(browser)
        try filters(browser, status)
        try scrolls(browser, capture)
      }
    }
  }

  private func sorts(_ browser: BrowserSession) throws {
    let keys: [String] = try browser.run(
      "[...document.querySelectorAll('#heads [data-key]')].map(head => head.dataset.key)")
    #expect(keys.count == 13)
    for key in keys {
      // A second click turns the order round, so that first and last change places.
      var ends: [[String]] = []
      for _ in 0..<2 {
        try browser.click("#heads [data-key=\(key)] button")
        let sort: String = try browser.run(
          "document.querySelector('#heads [data-key=\(key)]').getAttribute('aria-sort')")
        ends.append([sort, try top(browser, key), try bottom(browser, key)])
      }
      #expect(Set(ends.map { $0[0] }) == ["ascending", "descending"], "\(key)")
      #expect(ends[0][1] == ends[1][2] && ends[0][2] == ends[1][1], "\(key): \(ends)")
    }
  }

  private func top(_ browser: BrowserSession, _ key: String) throws -> String {
    try end(browser, key, "0", "0")
  }

  private func bottom(_ browser: BrowserSession, _ key: String) throws -> String {
    try end(browser, key, "1e9", "99999")
  }

  private func end(
    _ browser: BrowserSession, _ key: String, _ scroll: String, _ place: String
  ) throws -> String {
    try browser.run(
      """
      (async () => {
        document.getElementById('grid').scrollTop = \(scroll);
        await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
        return document.querySelector('#rows [data-place="\(place)"] .\(key)').textContent;
      })()
      """)
  }

  private func filters(_ browser: BrowserSession, _ status: String) throws {
    for (choice, count) in [
      ("outcome=refused", "10,000"), ("transport=udp", "15,000"), ("outcome=failed", "95,000"),
      ("find=:1024", "2"), ("find=%2377777", "1"), ("find=nowhere", "0"),
      ("transport=tcp&outcome=closed&find=192.0.2.2", "2,000"),
    ] {
      try browser.perform("location.hash = '#\(choice)'")
      #expect(try browser.run(status) == "\(count) of 100,000 connections", "\(choice)")
    }
    try browser.click("#clear")
  }

  private func scrolls(_ browser: BrowserSession, _ capture: String) throws {
    try browser.click("#heads [data-key=id] button")
    try browser.perform("document.getElementById('grid').focus()")
    try browser.press("End")
    #expect(
      try browser.run("document.querySelector('#rows [aria-selected=true] .id').textContent")
        == "100000")
    #expect(try browser.run("document.querySelectorAll('#rows [role=row]').length < 200"))
    // One that is not told in full says how it is.
    try browser.press("Enter")
    #expect(try title(browser).hasPrefix("#100000 TCP 192.0.2.2:41023 → 198.51.100.7:443"))
    #expect(
      try browser.run("document.getElementById('command').textContent")
        == "synfin show \(capture) 100000")
    try browser.press("Escape")
  }

  // MARK: - Hostile names

  @Test func hostileNamesAreShownAndRunNothing() throws {
    try Scratch.with { scratch in
      let script = "document.title='owned';alert(1)"
      let folder = scratch.path("<img src=x onerror=\(script)>'\"&amp;<")
      try FileManager.default.createDirectory(
        atPath: folder + "/script><script>\(script)<", withIntermediateDirectories: true)
      let path = folder + "/script><script>\(script)</script>\u{2028}$(touch owned)\u{202E}.pcap"
      try scratch.write(try Fixture.bytes("refused"), to: path)
      // What the page says of the name comes from one place each: heading, facts, command.
      try open([path], ["--detail", "0"]) { browser, _ in
        #expect(try browser.run("document.title", as: String.self).hasSuffix("synfin report"))
        #expect(try browser.run("document.querySelectorAll('img, iframe, object').length") == 0)
        #expect(try browser.run("document.querySelectorAll('script').length") == 2)
        let facts: String = try browser.run("document.querySelector('.facts').textContent")
        #expect(facts.contains("><script>\(script)</script>"))
        try browser.click("#rows [role=row]")
        let command: String = try browser.run("document.getElementById('command').textContent")
        #expect(!command.unicodeScalars.contains("\u{202E}"))
        let run = try Binary.shell(
          "cd '\(scratch.folder)' && exec bash -c \"$COMMAND\"",
          environment: ["COMMAND": "synfin() { \"$SYNFIN\" \"$@\"; }; " + command])
        #expect(run.status == 0 && run.output.hasPrefix("#1  TCP"), "\(run)")
        #expect(!(try scratch.contents.contains("owned")))
      }
    }
  }
}

/// Without a browser the tests above are left out, which must not happen unnoticed where it counts.
@Test func browserIsThereWhereItCounts() {
  guard ProcessInfo.processInfo.environment["CI"] == "true" else { return }
  #expect(BrowserSession.missing == [])
}
