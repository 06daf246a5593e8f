import FacetFormat
import FacetKernels
import FacetTestSupport
import Testing

@testable import FacetRuntime

@Suite struct ForkTests {
  /// The sample bundle with its fork: an int8 tensor with a border, where both branches leave.
  private func forked(storedUnsigned: Bool = true, float: Bool = false) -> BundleBuilder {
    var builder = sampleBundle(storedUnsigned: storedUnsigned, float: float)
    builder.forks = [(0, builder.fragments[1].imports[0].tensor, "gated")]
    return builder
  }

  @Test(arguments: [false, true]) func aSessionThatStartsFromAForkGivesTheSameBytes(storedUnsigned: Bool) throws {
    let bundle = try open(forked(storedUnsigned: storedUnsigned).bytes())
    let counts = bundle.fragments.map { Int64($0.instructions.count) }
    let session = try Session(bundle: bundle)
    let again = try Session(bundle: bundle)
    for seed in 1...3 as ClosedRange<UInt64> {
      try session.set(pixels: samplePixels(seed: seed))
      try session.evaluate(fork: 0)
      let embedding = try session.read(fork: 0)
      try session.evaluate(attributes: 3)
      let before = again.executedInstructions
      try again.set(fork: 0, embedding)
      #expect(again.statuses == [.notAsked, .notAsked] && again.available() == 3)
      try again.evaluate(attributes: 3)
      #expect(again.allScores() == session.allScores() && again.scores(attribute: 0).count == 5)
      #expect(again.executedInstructions - before == counts[1] + counts[2])
      #expect(try again.read(fork: 0) == embedding)
    }
    #expect(session.executedInstructions == 3 * counts.reduce(0, +))
  }

  /// codes · scale is exact enough to find the code again, also from numbers beside it; what is none becomes the zero point.
  @Test func theNearestCodeIsTaken() throws {
    var builder = BundleBuilder()
    builder.inputKind = InputRecord.tensor
    var trunk = FragmentBuilder(attributes: 1)
    let input = trunk.plain(256)
    let codes = trunk.plain(256, type: .int8, scale: 0.037, zero: -7)
    trunk.unary(.quantize, input, codes)
    var branch = FragmentBuilder(attributes: 1)
    let imported = branch.importing(codes, of: 0, trunk)
    let real = branch.plain(256)
    branch.unary(.dequantize, imported, real)
    builder.fragments = [trunk, branch]
    builder.attributes = [AttributeSpecification(name: "x", fragment: 1, tensor: real, dimensions: [1, 256])]
    builder.forks = [(0, codes, "codes")]
    let session = try Session(bundle: try open(builder.bytes()))
    let exact = (-128...127).map { Float($0 + 7) * Float(0.037) }
    for shift: Float in [0, 0.45, -0.45] {
      try session.set(fork: 0, exact.map { $0 + shift * 0.037 })
      try session.evaluate(attributes: 1)
      #expect(Array(session.scores(attribute: 0)) == exact)
    }
    try session.set(fork: 0, [.infinity, -.infinity, .nan] + exact.dropFirst(3))
    try session.evaluate(attributes: 1)
    #expect(Array(session.scores(attribute: 0).prefix(3)) == [exact[255], exact[0], 0])
  }

  /// Three fragments in a row and a branch beside: 0 -> 1 -> 2, 0 -> 3; the first exports two tensors, the second one.
  private func chain() -> BundleBuilder {
    var b = BundleBuilder()
    b.inputKind = InputRecord.tensor
    var trunk = FragmentBuilder(attributes: 7)
    let input = trunk.plain(4)
    let (x, y) = (trunk.plain(4), trunk.plain(4))
    trunk.function(.negate, input, x)
    trunk.function(.absolute, input, y)
    var middle = FragmentBuilder(attributes: 3)
    let middleX = middle.importing(x, of: 0, trunk)
    let (u, v) = (middle.plain(4), middle.plain(4))
    middle.function(.negate, middleX, u)
    middle.function(.absolute, middleX, v)
    var deep = FragmentBuilder(attributes: 1)
    let deepU = deep.importing(u, of: 1, middle)
    let deepResult = deep.plain(4)
    deep.function(.negate, deepU, deepResult)
    var side = FragmentBuilder(attributes: 4)
    let sideX = side.importing(x, of: 0, trunk)
    let sideY = side.importing(y, of: 0, trunk)
    let sum = side.plain(4)
    side.elementwise(.add, sideX, sideY, sum, dimensions: [4], aStrides: [1], bStrides: [1])
    b.fragments = [trunk, middle, deep, side]
    b.attributes = [
      AttributeSpecification(name: "deep", fragment: 2, tensor: deepResult, dimensions: [1, 4]),
      AttributeSpecification(name: "middle", fragment: 1, tensor: v, dimensions: [1, 4]),
      AttributeSpecification(name: "side", fragment: 3, tensor: sum, dimensions: [1, 4]),
    ]
    b.forks = [(0, x, "x"), (0, y, "y"), (1, u, "u")]
    return b
  }

  @Test func onlyWhatTheForksLeadToIsEvaluated() throws {
    let session = try Session(bundle: try open(chain().bytes()))
    // x alone: `side` also needs y.
    try session.set(fork: 0, [1, -2, 3, -4])
    #expect(session.available() == 3)
    #expect(throws: SessionError.needsInput) { try session.evaluate(attributes: 4) }
    #expect(throws: SessionError.needsInput) { try session.evaluate(attributes: 7) }
    #expect(session.executedInstructions == 0)
    try session.set(fork: 1, [10, 10, 10, 10])
    #expect(session.available() == 7)
    try session.evaluate(attributes: 7)
    #expect(Array(session.scores(attribute: 0)) == [1, -2, 3, -4])
    #expect(Array(session.scores(attribute: 1)) == [1, 2, 3, 4])
    #expect(Array(session.scores(attribute: 2)) == [11, 8, 13, 6])
    #expect(try session.read(fork: 2) == [-1, 2, -3, 4])
    // u leads to `deep`; the fragment that computes it does not run, so `middle` is not there, even with x.
    try session.set(fork: 2, [5, 5, 5, 5])
    #expect(session.available() == 1 && session.statuses == [.notAsked, .notAsked, .notAsked])
    try session.set(fork: 0, [1, 1, 1, 1])
    try session.set(fork: 1, [2, 2, 2, 2])
    #expect(session.available() == 5)
    #expect(throws: SessionError.needsInput) { try session.evaluate(attributes: 2) }
    try session.evaluate(attributes: 5)
    #expect(session.scores(attribute: 0)[0] == -5 && session.scores(attribute: 2)[0] == 3)
    // Forks that are set after an evaluation begin anew.
    try session.set(fork: 1, [0, 0, 0, 0])
    #expect(session.available() == 0 && session.scores(attribute: 0).isEmpty)
    // So does a whole input.
    try session.set(tensor: [1, 2, 3, 4])
    #expect(session.available() == 7)
    try session.evaluate(attributes: 7)
    #expect(session.scores(attribute: 0)[0] == -1)
  }

  @Test func aGateOnWhatCannotBeReachedCountsAsOutOfReach() throws {
    var builder = chain()
    builder.gates = [1: [.score(0, 0, .less, 0)]]
    let session = try Session(bundle: try open(builder.bytes()))
    try session.set(fork: 2, [1, 1, 1, 1])
    #expect(session.available() == 1 && session.available(ignoringGates: true) == 1)
    // `side` needs x and y, its gate the fragment that computes u.
    builder.gates = [2: [.score(1, 0, .less, 0)]]
    let other = try Session(bundle: try open(builder.bytes()))
    for fork in 0..<3 { try other.set(fork: fork, [1, 1, 1, 1]) }
    #expect(other.available() == 1 && other.available(ignoringGates: true) == 5)
    #expect(throws: SessionError.needsInput) { try other.evaluate(attributes: 4) }
    try other.evaluate(attributes: 4, ignoringGates: true)
    #expect(other.scores(attribute: 2)[0] == 2)
  }

  @Test func misuseIsAnErrorAndNotATrap() throws {
    let session = try Session(bundle: try open(chain().bytes()))
    #expect(throws: SessionError.noInput) { try session.evaluate(fork: 0) }
    for index in [-1, 3] {
      #expect(throws: SessionError.noSuchFork) { try session.set(fork: index, [1, 2, 3, 4]) }
      #expect(throws: SessionError.noSuchFork) { _ = try session.read(fork: index) }
    }
    #expect(throws: SessionError.wrongInputSize) { try session.set(fork: 0, [1, 2, 3]) }
    try session.set(tensor: [1, 2, 3, 4])
    #expect(throws: SessionError.notEvaluated) { _ = try session.read(fork: 0) }
    #expect(throws: SessionError.noSuchFork) { try session.evaluate(fork: 3) }
    try session.evaluate(fork: 2)
    // The trunk and the fragment in the middle.
    #expect(session.executedInstructions == 4)
    try session.set(fork: 1, [1, 2, 3, 4])
    #expect(throws: SessionError.needsInput) { try session.evaluate(fork: 2) }
    try session.evaluate(fork: 1)
    #expect(session.executedInstructions == 4)
  }
}
