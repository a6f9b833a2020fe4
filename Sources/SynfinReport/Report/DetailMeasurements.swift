import SynfinLifecycle

/// The measurements and the evidence of a connection as tables of a page.
struct DetailMeasurements {
  let record: ConnectionRecord

  func write(into html: inout HTMLText) {
    let story = StoryMeasurements(record: record, width: 100, ink: Ink(isOn: false))
    html.markup("<div class=\"measurements\">\n")
    section("Problems", story.problems, into: &html)
    section("ICMP errors", story.errors, into: &html)
    section("Closed windows", story.stalls, into: &html)
    section("Times", story.times, into: &html)
    writeEnds(into: &html)
    if record.transport == .tcp {
      section("Agreed in the handshake", story.agreed, into: &html)
    }
    section("Doubts", record.doubts.map { ("", DoubtText.sentence($0)) }, into: &html)
    html.markup("</div>\n")
  }

  private func section(
    _ title: String, _ rows: [(String, String)], into html: inout HTMLText
  ) {
    guard !rows.isEmpty else { return }
    html.element("<section><h3>", title, "</h3><table>\n")
    for (name, value) in rows {
      if name.isEmpty {
        html.markup("<tr><td colspan=\"2\">")
      } else {
        rowHeader(name, into: &html)
        html.markup("<td>")
      }
      html.linked(value, in: record.id)
      html.markup("</td></tr>\n")
    }
    html.markup("</table></section>\n")
  }

  private func writeEnds(into html: inout HTMLText) {
    html.markup("<section><h3>Each way</h3><table>\n<thead><tr><td></td><th scope=\"col\">client")
    html.markup("</th><th scope=\"col\">server</th></tr></thead>\n")
    let rows = EndpointTable(record: record).rows
    for (name, client, server) in rows {
      rowHeader(name, into: &html)
      html.element("<td>", client, "</td>")
      html.element("<td>", server, "</td></tr>\n")
    }
    html.markup("</table>")
    if rows.contains(where: { $0.0 == EndpointTable.roundTripTime }) {
      html.markup(
        "<p class=\"hint\">Round-trip times run from the capture point to the other end and ")
      html.markup("back. In a capture made at one end, that end's column is the whole way.</p>")
    }
    html.markup("</section>\n")
  }

  /// A name that begins with spaces is a part of what the row above names.
  private func rowHeader(_ name: String, into html: inout HTMLText) {
    let isPart = name.hasPrefix(" ")
    html.markup(isPart ? "<tr><th scope=\"row\" class=\"part\">" : "<tr><th scope=\"row\">")
    html.linked(isPart ? String(name.drop { $0 == " " }) : name, in: record.id)
    html.markup("</th>")
  }
}
