import SynfinLifecycle

extension ReportPage {
  /// The table of connections, which the script fills, and the place where one of them is opened.
  func writeTable(into html: inout HTMLText) {
    html.markup(
      """
      <section class="connections" aria-labelledby="connections-title">
      <h2 id="connections-title">Connections</h2>
      <noscript><p>The table and the details need scripts, which are turned off.</p></noscript>
      <form id="filters" role="search">
      <label class="grow">Find <input id="find" type="search" autocomplete="off" spellcheck="false" \
      placeholder="address, :port, service, #number"></label>
      <label>Protocol <select id="transport"><option value="">all</option></select></label>
      <label>Outcome <select id="outcome"><option value="">all</option></select></label>
      <label>Problem <select id="problem"><option value="">all</option></select></label>
      <label>Order <select id="order"></select></label>
      <button type="button" id="clear">Show all</button>
      <p id="count" role="status"></p>
      </form>

      """)
    writeNotes(into: &html)
    html.markup(
      """
      <div id="grid" role="grid" tabindex="0" aria-labelledby="connections-title" \
      aria-describedby="keys"><div id="heads" role="row"></div><div id="rows" \
      role="rowgroup"></div></div>
      <p class="hint" id="keys">Arrow keys, Page Up, Page Down, Home and End move in the table; Enter \
      opens a connection, the arrows left and right go to its neighbours, Escape closes it.</p>
      </section>
      </main>
      <dialog id="detail" aria-labelledby="detail-title"><nav>\
      <button type="button" id="before">← before</button>\
      <button type="button" id="next">next →</button><span id="place"></span>\
      <button type="button" data-jump=".ladder">Ladder</button>\
      <button type="button" data-jump=".graphs">Graphs</button>\
      <button type="button" data-jump=".measurements">Measurements</button>\
      <button type="button" id="close">Close</button></nav>
      <div id="story" tabindex="-1"></div></dialog>

      """)
  }

  private func writeNotes(into html: inout HTMLText) {
    if report.rows.left > 0 {
      html.markup("<p class=\"hint\">The table lists the most notable connections; ")
      html.element("", Phrase.grouped(report.rows.left), "")
      html.markup(" others are in the totals and charts alone.</p>\n")
    }
    if report.options.showCommand.isEmpty {
      html.markup(
        "<p class=\"hint\">No connection is told in full: the capture came from standard ")
      html.markup(
        "input, which cannot be read twice. Save it to a file, and make the report of that.")
      html.markup("</p>\n")
    } else if report.isTooLarge {
      html.markup(
        "<p class=\"hint\">No connection is told in full, and no packet was looked at twice: there "
      )
      html.markup(
        "are too many connections. Choose packets with -f, and make the report of those.</p>\n")
    } else if details < Int(report.findings.connections) {
      html.element("<p class=\"hint\">Told in full: the ", Phrase.grouped(details), "")
      html.markup(" most notable connections. The others say how to get theirs.</p>\n")
    }
  }

  /// The data, the script and the end.
  func writeEnd(_ data: borrowing TextBuffer, into html: inout HTMLText) {
    html.markup("<script type=\"application/json\" id=\"data\">")
    html.json(data)
    html.markup("</script>\n<script>")
    html.trusted(ReportScript.source)
    html.markup("</script>\n</body>\n</html>\n")
  }
}
