import FacetImport

/// The operators that convert, for `facet explain --operators` and for `docs/operators.md`, which is made from it.
package enum OperatorCatalogue {
  /// One operator, for `--json`.
  package struct Entry: Encodable {
    package var name: String
    /// Empty for ONNX's own.
    package var domain: String
    /// The first opset in which it is taken.
    package var opset: Int
    /// In what an int8 bundle computes it.
    package var numbers: String
    package var note: String
  }

  package static var entries: [Entry] {
    ImportedOperator.all.map { Entry(name: $0.name, domain: $0.domain, opset: $0.since, numbers: $0.form.rawValue, note: $0.note) }
  }

  /// A line for each operator.
  package static var list: String {
    let names = entries.map { $0.domain.isEmpty ? $0.name : "\($0.domain).\($0.name)" }
    let (nameWidth, formWidth) = (names.map(\.count).max() ?? 0, entries.map(\.numbers.count).max() ?? 0)
    func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: width - text.count) }
    return zip(names, entries).map { name, entry in
      let line = "\(padded(name, nameWidth))  \(padded(entry.numbers, formWidth))  \(entry.note)"
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  /// The content of `docs/operators.md`.
  package static var markdown: String {
    var text = """
      # Operators

      ONNX models of opsets \(ImportedOperator.oldestOpset) to \(supportedONNXOpsets.upperBound) convert, and older ones where their operators have not changed since. This page lists the
      operators that convert, the first opset in which each converts, and what it runs in, in an int8 bundle:

      - **int8**: with integers, or by moving int8 elements. Functions of one number run as a table of 256 entries; so does a function that a
        model spells out in several operators, such as x · tanh(ln(1 + e^x)), comparisons and `Where` included.
      - **float32**: the values are converted, computed in plain C, mostly on one thread, and converted back: slow compared with the rest.
      - **computed at import**: of constants and sizes only, whatever their type and rank. Everything that depends on constants alone is computed
        there, also by the operators of the other kinds.

      With `--precision float32`, everything is computed in float32. Tensors have up to 8 axes. An attribute that is not known is an error, never passed over.
      Functions that the file defines are replaced by their bodies, and an `If` whose condition is known by the branch that it takes.

      `facet inspect MODEL` says what in a model does not convert; [my operator is not supported](unsupported-operator.md) says what to do then,
      [limits](limits.md) what is out of scope. This page is written by `facet explain --operators --markdown`; the notes stand in the program.

      """
    for (domain, title) in [
      ("", "ONNX"), ("com.microsoft", "com.microsoft: what onnxruntime's quantizer writes"),
    ] {
      text += "\n## \(title)\n\n| operator | from opset | runs in | notes |\n|---|---|---|---|\n"
      for entry in entries where entry.domain == domain {
        text += "| \(entry.name) | \(entry.opset) | \(entry.numbers) | \(entry.note) |\n"
      }
    }
    return text
  }
}
