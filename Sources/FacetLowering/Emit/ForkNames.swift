import FacetFormat
import FacetIR

/// A fork of a program, by the name that the model gives its tensor.
package struct ForkInterface: Equatable {
  var fragment: UInt32
  var tensor: UInt32
  var name: String

  /// The tensors that fragments import, each once, in the order of fragments and tensors. Names differ and are fit for a bundle.
  package static func all(_ program: LoweredProgram, _ graph: Graph) -> [ForkInterface] {
    let imported = Set(program.fragments.flatMap(\.imports).map { [$0.fragment, $0.tensor] })
    var taken: Set<String> = []
    return imported.sorted { $0.lexicographicallyPrecedes($1) }.prefix(Int(ForkRecord.maximumCount)).map { place in
      let key = program.fragments[Int(place[0])].keys[Int(place[1])]
      let stem = printableName(graph[key.value].name)
      var name = stem
      var number = 2
      // A value may be there both in int8 and in float32.
      while !taken.insert(name).inserted {
        name = "\(stem)_\(number)"
        number += 1
      }
      return ForkInterface(fragment: place[0], tensor: place[1], name: name)
    }
  }

  /// Without control characters, neither empty nor too long.
  private static func printableName(_ name: String) -> String {
    var result = String.UnicodeScalarView()
    var bytes = 0
    for scalar in name.unicodeScalars {
      bytes += UTF8.width(scalar)
      // Room for a number.
      if bytes > ForkRecord.maximumNameBytes - 8 { break }
      result.append(scalar.properties.generalCategory == .control ? "_" : scalar)
    }
    return result.isEmpty ? "fork" : String(result)
  }
}
