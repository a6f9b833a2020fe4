import SynfinLifecycle
import SynfinWire

/// The parts of the page around the details of connections.
struct ReportPage {
  let report: HTMLReport
  let header: SummaryHeader
  /// How many connections are told in full.
  let details: Int

  /// What the page may do: run its own script, use its own style, and nothing else.
  ///
  /// Nothing can be loaded from anywhere, and no text can be made markup by the script.
  private static let policy =
    "default-src 'none'; script-src '\(SHA256.source(ReportScript.source))'; "
    + "style-src '\(SHA256.source(ReportStyle.sheet))'; img-src data:; base-uri 'none'; "
    + "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

  func writeHead(into html: inout HTMLText) {
    html.markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
    html.element("<meta http-equiv=\"Content-Security-Policy\" content=\"", Self.policy, "\">\n")
    html.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
    html.markup("<meta name=\"referrer\" content=\"no-referrer\">\n")
    html.element("<title>", title + " – synfin report", "</title>\n")
    html.markup("<style>")
    html.trusted(ReportStyle.sheet)
    html.markup("</style>\n</head>\n")
  }

  /// The capture's name, or how many files there are.
  private var title: String {
    let files = header.facts.files
    guard files.count == 1, let file = files.first else { return "\(files.count) capture files" }
    return file.name.split(separator: "/").last.map(String.init) ?? file.name
  }

  func writeFirstScreen(into html: inout HTMLText) {
    html.markup("<body class=\"synfin\">\n<a class=\"skip\" href=\"#connections\">To the table of ")
    html.markup("connections</a>\n<header class=\"top\"><p class=\"brand\">synfin report</p>\n")
    html.element("<h1>", title, "</h1>\n")
    html.markup("<button type=\"button\" id=\"theme\" aria-label=\"Light or dark\">◐</button>\n")
    html.markup("</header>\n<main>\n")
    writeOverview(into: &html)
    html.markup("<div class=\"board\">\n")
    writeFindings(into: &html)
    writeCharts(into: &html)
    html.markup("</div>\n")
  }

  // MARK: - Overview

  private func writeOverview(into html: inout HTMLText) {
    let counts = report.findings
    html.markup("<section class=\"overview\" aria-label=\"Overview\">\n<p class=\"lead\"><strong>")
    html.element("", Phrase.count(counts.connections, "connection"), "</strong>")
    if let first = header.totals.first, let last = header.totals.last {
      html.element(" in ", DurationText.short(last.nanoseconds(since: first)), "")
    }
    let parts: [(Fate, StaticString)] = [
      (.failed, " failed"), (.troubled, " worked with problems"),
      (.unfinished, " not seen whole"), (.fine, " went well"),
    ]
    let present = parts.filter { counts[$0.0] > 0 }
    html.markup(present.isEmpty ? "." : ": ")
    for (index, (fate, words)) in present.enumerated() {
      html.markup("<span><button type=\"button\" class=\"fate\" data-fate=\"")
      html.markup(fate.key)
      html.element("\">", Phrase.grouped(counts[fate]), "")
      html.markup(words)
      // No line begins with a comma.
      html.markup(index + 1 < present.count ? "</button>,</span> " : "</button></span>")
    }
    html.markup("</p>\n")
    writeOutcomes(into: &html)
    html.markup("<div class=\"ground\">\n")
    writeFacts(into: &html)
    writeTrust(into: &html)
    html.markup("</div></section>\n")
  }

  /// A bar with a piece for each outcome, and a button for each that shows its connections.
  private func writeOutcomes(into html: inout HTMLText) {
    let counts = report.findings.outcomes
    let present = OutcomeLook.stack.reversed().compactMap { outcome in
      counts[outcome].map { (outcome, $0) }
    }
    let total = Double(max(report.findings.connections, 1))
    html.markup("<svg class=\"share\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" ")
    html.markup("aria-hidden=\"true\">")
    var left = 0.0
    for (outcome, count) in present {
      let width = Double(count) / total * 1000
      html.markup("<rect class=\"")
      html.markup(OutcomeLook.hue(outcome).fillClass)
      html.markup("\" height=\"10\" x=\"")
      html.number(left)
      html.markup("\" width=\"")
      html.number(width)
      html.markup("\"/>")
      left += width
    }
    html.markup("</svg>\n<ul class=\"outcomes\">\n")
    for (outcome, count) in present {
      html.markup("<li><button type=\"button\" class=\"chip\" data-outcome=\"")
      html.markup(outcome.word)
      html.markup("\"><i class=\"swatch ")
      html.markup(OutcomeLook.hue(outcome).fillClass)
      html.element("\"></i>", OutcomeText.word(outcome), " ")
      html.element("<b>", Phrase.grouped(count), "</b></button></li>\n")
    }
    html.markup("</ul>\n")
  }

  private func writeTrust(into html: inout HTMLText) {
    let notes = header.trust
    guard !notes.isEmpty else { return }
    html.markup("<div class=\"trust\"><h2>How far to trust this</h2><ul>\n")
    for note in notes { html.element("<li>", note, "</li>\n") }
    html.markup("</ul></div>\n")
  }

  private func writeFacts(into html: inout HTMLText) {
    html.markup("<dl class=\"facts\">\n")
    let facts =
      header.captures.map { ("capture", $0) } + [("packets", header.packets)]
      + header.times.map { ("time", $0) } + header.connections.map { ("connections", $0) }
    var last = ""
    for (name, value) in facts {
      if name != last { html.element("<dt>", name, "</dt>") }
      html.element("<dd>", value, "</dd>\n")
      last = name
    }
    html.markup("</dl>\n")
  }

  // MARK: - Charts

  private func writeCharts(into html: inout HTMLText) {
    html.markup("<section class=\"charts\" aria-label=\"Charts\">\n")
    let zone = report.options.zone
    var charts = [report.outcomes.fragment(zone), report.handshakes.fragment()]
    if !report.retransmissions.isEmpty {
      charts.append(report.retransmissions.fragment(zone))
    }
    for chart in charts {
      html.markup("<figure>")
      html.trusted(chart)
      html.markup("</figure>\n")
    }
    html.markup("<div class=\"tops\">\n")
    writeTops(into: &html)
    html.markup("</div></section>\n")
  }
}
