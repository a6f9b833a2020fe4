import SynfinLifecycle

/// The drawings in the detail of a connection: its ladder, and graphs where there is something to see.
struct ReportPictures {
  let detail: ReportDetail
  let options: HTMLReport.Options

  /// With less data than this a graph shows nothing that the ladder does not.
  private static let leastSegments: UInt64 = 20

  func write(into html: inout HTMLText) {
    html.markup("<figure class=\"ladder\">\n")
    html.trusted(ladder)
    html.markup("</figure>\n")
    let graphs = self.graphs
    guard !graphs.isEmpty else { return }
    html.markup("<div class=\"graphs\">\n")
    for graph in graphs {
      html.markup("<figure>\n")
      html.trusted(graph)
      html.markup("</figure>\n")
    }
    html.markup("</div>\n")
  }

  private var ladder: String {
    ConnectionStory(record: detail.record, collector: detail.story)
      .svgFragment(zone: options.zone, numeric: options.numeric)
  }

  private var graphs: [String] {
    let record = detail.record
    guard record.client.packets &+ record.server.packets >= Self.leastSegments else { return [] }
    let graph = ConnectionGraph(record: record, collector: detail.graphs)
    return ConnectionGraph.Kind.allCases.compactMap { kind in
      var style = ConnectionGraph.Style()
      (style.width, style.height) = (520, 340)
      style.isFragment = true
      style.name = "c\(record.id)-\(kind.rawValue)"
      return graph.svg(kind, style)
    }
  }
}
