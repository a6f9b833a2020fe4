import Testing

@testable import SynfinReport

@Suite struct HTMLTextTests {
  @Test func textStaysText() {
    var html = HTMLText()
    html.element("<p title=\"", "\"><script>alert('1 & 2')</script>\u{2028}\u{202E}", "\">")
    let text = html.take()
    #expect(
      text
        == "<p title=\"&quot;&gt;&lt;script&gt;alert(&#39;1 &amp; 2&#39;)&lt;/script&gt;\u{FFFD}\u{FFFD}\">"
    )
    #expect(html.take() == "")
  }

  @Test func jsonCannotEndItsElement() {
    var json = JSONWriter()
    json.beginArray()
    json.string("</script><!--&\u{2028}\u{2029}\u{2027}é")
    json.endArray()
    json.newline()
    var html = HTMLText()
    html.json(json.text)
    #expect(
      html.take()
        == "[\"\\u003c/script\\u003e\\u003c!--\\u0026\\u2028\\u2029\u{2027}é\"]\n")
  }

  @Test(arguments: [
    ("packet 7", ["7"]),
    ("(packets 5, 9 and 12–14)", ["5", "9", "12", "14"]),
    ("packets 1, 2 and 3 more", ["1", "2"]),
    ("packets 1–8 and 12,345 more", ["1", "8"]),
    ("3 packets, 4 bytes", []),
    ("packet loss, packetsize 3", []),
    ("packets 99999999999999999999999", []),
    ("SYN (packet 1), then packet", ["1"]),
  ])
  func packetsBecomeLinks(_ text: String, _ numbers: [String]) {
    var html = HTMLText()
    html.linked(text, in: 4)
    let page = html.take()
    let found = page.split(separator: "data-packet=\"").dropFirst().map {
      String($0.prefix { $0 != "\"" })
    }
    #expect(found == numbers)
    var isTag = false
    let rest = page.filter { letter in
      if letter == "<" { isTag = true }
      defer { if letter == ">" { isTag = false } }
      return !isTag
    }
    #expect(rest == text)
  }
}
