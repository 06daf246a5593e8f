import FacetBundle
import FacetData
import FacetFiles
import FacetMetrics
import FacetQuantization
import FacetRecipe
import FacetRuntime
import Foundation
import Testing

@testable import FacetCompiler
@testable import FacetEvaluation

/// What int8 leaves of the scores of trained networks, held to `Tests/Zoo/sqnr.txt`: a line for each network and effort, with the
/// signal-to-quantization-noise ratio of the worst output against float32 on held-out images, in dB.
///
/// Compiling gives the same bytes on every CPU and with any number of threads, and so do the engine's kernels: the numbers are exact. Whoever
/// makes one worse on purpose writes the new one into the table and says why.
@Suite struct AccuracyTableTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  private static let zoo = root.appending(path: "Tests/Zoo")
  /// As numbers are written in the table: a number that is less than half of its last digit worse is the same.
  private static let tolerance = 0.05
  private static let heldOut = 16

  /// A network, and which of `test-images.npz` it sees (`Tests/Zoo/data.py`).
  struct Network: CustomTestStringConvertible, Sendable {
    var name: String
    var images: String?
    var isGray = false
    var testDescription: String { name }

    /// The small ones are enough to say what more effort does, which takes its time.
    var efforts: [Effort] { ["residual", "prelu", "embedding", "troubled"].contains(name) ? Effort.allCases : [.fast, .normal] }
    var folder: URL { images == nil ? root.appending(path: "Examples/face-attributes") : zoo }
    var recipe: URL { folder.appending(path: images == nil ? "recipe.json" : "\(name).recipe.json") }
  }

  static let networks = [
    Network(name: "face-attributes"), Network(name: "residual", images: "items"), Network(name: "mobile", images: "faces"),
    Network(name: "xception", images: "faces", isGray: true), Network(name: "prelu", images: "faces"),
    Network(name: "detector", images: "scenes"), Network(name: "embedding", images: "people"),
    Network(name: "convnext", images: "originals"), Network(name: "troubled", images: "items"),
  ]

  /// "NETWORK EFFORT" and dB, as the file has them.
  static let table: [String: Double] = {
    let text = (try? String(contentsOf: zoo.appending(path: "sqnr.txt"), encoding: .utf8)) ?? ""
    let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ").map(String.init) }
    return Dictionary(lines.filter { $0.count == 3 }.map { ("\($0[0]) \($0[1])", Double($0[2]) ?? .nan) }) { _, _ in .nan }
  }()

  /// A network that is added to the zoo gets its lines, too.
  @Test func theTableHasALineForEachNetworkAndEffort() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.zoo.path).filter { $0.hasSuffix(".onnx") }
    #expect(Set(files.map { String($0.dropLast(5)) } + ["face-attributes"]) == Set(Self.networks.map(\.name)))
    #expect(Set(Self.table.keys) == Set(Self.networks.flatMap { network in network.efforts.map { "\(network.name) \($0.rawValue)" } }))
    #expect(Self.table.values.allSatisfy { $0.isFinite })
  }

  @Test(arguments: networks) func int8KeepsAsMuchOfTheScoresAsTheTableSays(_ network: Network) throws {
    let data = NSTemporaryDirectory() + "facet-accuracy-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: data) }
    try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
    let paths = try Self.images(network, in: data)
    var request = CompileRequest(
      models: [network.folder.appending(path: "\(network.name).onnx").path], recipes: [try Recipe.load(network.recipe.path)],
      target: try Target.named(Target.defaultName), calibration: paths.calibration, precision: .float32, threads: 2)
    let reference = try Self.scores(request, paths.heldOut)
    request.precision = .int8
    for effort in network.efforts {
      request.effort = effort
      let found = try Self.scores(request, paths.heldOut)
      let decibels = zip(reference, found).map { Self.decibels($0, $1) }.min() ?? .nan
      let key = "\(network.name) \(effort.rawValue)"
      let line = Self.table[key] ?? .nan
      let now = String(format: "%.1f", decibels)
      #expect(decibels >= line - Self.tolerance, "worse than Tests/Zoo/sqnr.txt: its line is '\(key) \(line)', now it is \(now) dB")
      if decibels > line + Self.tolerance { print("better than Tests/Zoo/sqnr.txt: '\(key) \(line)' may be raised to \(now)") }
    }
  }

  /// Where the images to calibrate on and the held-out ones are, as data sets.
  private static func images(_ network: Network, in folder: String) throws -> (calibration: String, heldOut: String) {
    guard let kind = network.images else {
      return (network.folder.appending(path: "calibration").path, network.folder.appending(path: "test").path)
    }
    let file = try NPZFile(path: zoo.appending(path: "test-images.npz").path)
    func write(_ part: String) throws -> String {
      var array = try file.array("\(kind).\(part)")
      if network.isGray, case .uint8(let colours) = array.elements { array = try gray(colours, array.shape) }
      try array.write(to: "\(folder)/\(part).npy")
      return "\(folder)/\(part).npy"
    }
    return (try write("calibration"), try write("held-out"))
  }

  /// As `Tests/Zoo/data.py` makes one channel of three.
  private static func gray(_ pixels: [UInt8], _ shape: [Int]) throws -> NPYArray {
    let gray = (0..<pixels.count / 3).map { place in
      let (red, green, blue) = (Int(pixels[3 * place]), Int(pixels[3 * place + 1]), Int(pixels[3 * place + 2]))
      return UInt8((299 * red + 587 * green + 114 * blue + 500) / 1000)
    }
    return try #require(NPYArray(shape: shape.dropLast() + [1], elements: .uint8(gray)))
  }

  /// By attribute, those of all images one after the other.
  private static func scores(_ request: CompileRequest, _ path: String) throws -> [[Float]] {
    let session = try Session.make(Bundle.opening(Compiler.compile(request).bytes), threads: 1)
    let images = try Dataset.open(path: path, limit: heldOut)
    #expect(images.count == heldOut)
    var scores = [[Float]](repeating: [], count: session.bundle.attributeCount)
    for index in 0..<images.count {
      try session.set(images.sample(index), data: path)
      try session.evaluate(attributes: session.bundle.allAttributes, ignoringGates: true)
      for attribute in scores.indices { scores[attribute] += Array(session.scores(attribute: attribute)) }
    }
    return scores
  }

  private static func decibels(_ reference: [Float], _ found: [Float]) -> Double {
    var comparison = ScoreComparison()
    reference.withUnsafeBufferPointer { reference in found.withUnsafeBufferPointer { comparison.add(reference: reference, $0) } }
    return comparison.notFinite == 0 ? comparison.sqnr : -.infinity
  }
}
