internal import SynfinCapture
internal import SynfinReport
internal import SynfinWire

extension JSONWriter {
  /// Writes an interface as an object in a line of its own.
  mutating func write(
    _ interface: NetworkInterface, _ linkTypes: [NetworkInterface.OfferedLinkType]?
  ) {
    beginObject()
    string(interface.name, "name")
    if let description = interface.interfaceDescription { string(description, "description") }
    beginArray("flags")
    for word in interface.flags.states { string(word) }
    endArray()
    string(interface.flags.connection.rawValue, "connection")
    if let linkTypes {
      beginArray("link_types")
      for type in linkTypes { write(type) }
      endArray()
    }
    beginArray("addresses")
    for address in interface.addresses { write(address) }
    endArray()
    endObject()
    newline()
  }

  private mutating func write(_ type: NetworkInterface.OfferedLinkType) {
    beginObject()
    number(type.linkType.rawValue, "number")
    string(type.name, "name")
    if let words = type.words { string(words, "description") }
    endObject()
  }

  private mutating func write(_ address: NetworkInterface.Address) {
    beginObject()
    string(address.family == .link ? "mac" : address.family.rawValue, "family")
    string(address.address, "address")
    if let netmask = address.netmask { string(netmask, "netmask") }
    if let broadcast = address.broadcast { string(broadcast, "broadcast") }
    if let peer = address.destination { string(peer, "peer") }
    if let number = address.number {
      if let letter = number.addressClass { string(String(letter), "class") }
      string(number.scope.rawValue, "scope")
      if number.version == 4 { boolean(number.scope == .private, "private") }
    }
    endObject()
  }
}
