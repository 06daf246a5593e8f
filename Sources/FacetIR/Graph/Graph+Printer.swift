extension Graph {
  /// The graph as text, one line a node: `%1 = Conv(%0, %c0, %c1) strides=2,2 pads=1,1,1,1 : [1,32,32,32]  // name`.
  ///
  /// Values are numbered in the order of the lines and constants (`%c0`) in the order of their first use, so graphs of the
  /// same structure print the same text whatever passes left behind.
  ///
  /// - Parameter constants: whether to list the constants, with shapes and names, before the nodes.
  package func text(constants listConstants: Bool = false) -> String {
    var names: [ValueID: String] = [:]
    var lines: [String] = []
    var constantLines: [String] = []
    var computed = 0
    var constantCount = 0

    func define(_ id: ValueID) -> String {
      let name = "%\(computed)"
      computed += 1
      names[id] = name
      return name
    }
    func use(_ id: ValueID) -> String {
      if let name = names[id] { return name }
      guard constant(id) != nil else { return "%?\(id.index)" }  // a broken graph prints, too
      let name = "%c\(constantCount)"
      constantCount += 1
      names[id] = name
      constantLines.append("\(name) = constant : [\(shape(id).commaSeparated)]  // \(self[id].name)")
      return name
    }

    let inputLines = inputs.map { "\(define($0)) = input : [\(shape($0).commaSeparated)]  // \(self[$0].name)" }
    for node in nodes {
      let arguments = node.inputs.map(use).joined(separator: ", ")
      let attributes = node.op.attributes.isEmpty ? "" : " " + node.op.attributes
      let result = define(node.output)
      let shape = shape(node.output).commaSeparated
      lines.append("\(result) = \(node.op.name)(\(arguments))\(attributes) : [\(shape)]  // \(node.name)")
    }
    let outputLines = outputs.map { "output \($0.name) = \(use($0.value))" }
    return (inputLines + (listConstants ? constantLines : []) + lines + outputLines).joined(separator: "\n")
  }
}
