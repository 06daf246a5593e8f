import FacetDiagnostics

extension JSONNode {
  /// The value as JSON, an entry of an object or array on each line.
  package func text(indent: String = "") -> String {
    let inner = indent + "  "
    func lines(_ open: String, _ entries: [String], _ close: String) -> String {
      entries.isEmpty ? open + close : "\(open)\n" + entries.map { inner + $0 }.joined(separator: ",\n") + "\n\(indent)\(close)"
    }
    switch value {
    case .null: return "null"
    case .bool(let bool): return "\(bool)"
    // JSON has no infinity: what overflows binary64 when it is read.
    case .number(let number): return number.isFinite ? plain(number) : number < 0 ? "-1e999" : "1e999"
    case .string(let string): return jsonString(string)
    case .array(let nodes): return lines("[", nodes.map { $0.text(indent: inner) }, "]")
    case .object(let members):
      return lines("{", members.map { "\(jsonString($0.key)): \($0.node.text(indent: inner))" }, "}")
    }
  }
}
