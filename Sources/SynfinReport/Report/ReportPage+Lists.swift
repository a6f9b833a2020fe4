import SynfinLifecycle
import SynfinWire

extension ReportPage {
  /// Findings that are seen at once; the others unfold.
  private static let shownFindings = 8

  func writeFindings(into html: inout HTMLText) {
    let findings = report.findings.findings
    html.markup("<section class=\"findings\" aria-labelledby=\"findings-title\">\n")
    html.markup("<h2 id=\"findings-title\">What went wrong</h2>\n")
    if findings.isEmpty {
      html.markup("<p>Nothing: no connection failed, and none had a problem.</p>")
    }
    let most = findings.map(\.connections).max() ?? 1
    html.markup("<ol>\n")
    for finding in findings.prefix(Self.shownFindings) { write(finding, most, into: &html) }
    html.markup("</ol>\n")
    let rest = findings.dropFirst(Self.shownFindings)
    if !rest.isEmpty {
      html.element("<details><summary>", "\(rest.count) more", "</summary><ol>\n")
      for finding in rest { write(finding, most, into: &html) }
      html.markup("</ol></details>\n")
    }
    html.markup("</section>\n")
  }

  private func write(_ finding: Finding, _ most: UInt64, into html: inout HTMLText) {
    html.markup("<li><button type=\"button\" class=\"finding ")
    switch finding.gravity {
    case .grave: html.markup("grave")
    case .serious: html.markup("serious")
    case .minor: html.markup("minor")
    }
    switch finding.kind {
    case .outcome(let outcome):
      html.markup("\" data-outcome=\"")
      html.markup(outcome.word)
    case .problem(let kind):
      html.markup("\" data-problem=\"")
      html.markup(kind.word)
    }
    html.element("\"><span class=\"name\">", finding.name, "</span>")
    html.element("<span class=\"count\">", Phrase.grouped(finding.connections), "</span>")
    html.element("<span class=\"meaning\">", meaning(finding), "</span>")
    html.markup("<svg class=\"bar\" viewBox=\"0 0 100 1\" preserveAspectRatio=\"none\" ")
    html.markup("aria-hidden=\"true\"><rect height=\"1\" width=\"")
    html.number(max(0.5, Double(finding.connections) / Double(max(most, 1)) * 100))
    html.markup("\"/></svg></button></li>\n")
  }

  private func meaning(_ finding: Finding) -> String {
    let meaning = FindingText.meaning(finding)
    guard finding.count > finding.connections else { return meaning }
    return "\(meaning), \(Phrase.grouped(finding.count)) in all"
  }

  // MARK: - Hosts and services

  func writeTops(into html: inout HTMLText) {
    let hosts = report.hosts.first(5, by: HostOrder.isBefore).map { host, share in
      (name: TextBuffer.string { $0.append(host) }, search: nil as String?, share: share)
    }
    writeTop("Hosts", count: report.hosts.count, hosts, into: &html)
    let services = report.services.first(5, by: ReportService.isBefore).map { service, share in
      (
        name: service.name(numeric: report.options.numeric),
        search: service.port.map { ":\($0) " } ?? "icmp", share: share
      )
    }
    writeTop("Services", count: report.services.count, services, into: &html)
  }

  private func writeTop(
    _ title: StaticString, count: Int,
    _ rows: [(name: String, search: String?, share: TopShare)],
    into html: inout HTMLText
  ) {
    html.markup("<section><h2>")
    html.markup(title)
    html.element(
      " <small>", count > rows.count ? "the \(rows.count) busiest of \(Phrase.grouped(count))" : "",
      "</small></h2>\n<table><thead><tr><td></td><th scope=\"col\">connections</th>")
    html.markup("<th scope=\"col\">failed</th><th scope=\"col\">payload</th></tr></thead>\n")
    for row in rows {
      html.element(
        "<tr><th scope=\"row\"><button type=\"button\" class=\"link\" data-search=\"",
        row.search ?? row.name, "\">")
      html.element("", row.name, "</button></th>")
      html.element("<td>", Phrase.grouped(row.share.connections), "</td>")
      html.element("<td>", row.share.failed > 0 ? Phrase.grouped(row.share.failed) : "", "</td>")
      html.element("<td>", Phrase.bytes(row.share.bytes), "</td></tr>\n")
    }
    html.markup("</table></section>\n")
  }
}
