/// A drawing in the detail of a connection.
struct ReportPicture {
  /// What it shows, which is also its place in the page.
  let title: String
  let kind: StaticString
  /// An SVG element of the drawing layer.
  let fragment: String

  func write(into html: inout HTMLText) {
    html.markup("<figure class=\"")
    html.markup(kind)
    html.element("\"><figcaption>", title, "</figcaption>\n")
    html.trusted(fragment)
    html.markup("</figure>\n")
  }
}

/// The drawings in the detail of a connection.
enum ReportPictures {
  static func all(
    of detail: ReportDetail, _ names: StoryNames, _ options: HTMLReport.Options
  ) -> [ReportPicture] {
    []
  }
}
