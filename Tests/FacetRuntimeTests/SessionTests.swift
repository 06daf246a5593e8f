import FacetFormat
import FacetKernels
import FacetTestSupport
import Testing

@testable import FacetRuntime

@Suite struct SessionTests {
  /// 1x1 convolution of one pixel: 2 * (10 - 0) + 3 * 20 - 1 * 30 + 5 = 55, times 0.1 = 5.5, to even 6, plus zero point 4 = 10.
  @Test(arguments: [false, true]) func pointwiseConvolutionGivesTheHandComputedValue(storedUnsigned: Bool) throws {
    var builder = BundleBuilder()
    builder.storedUnsigned = storedUnsigned
    var trunk = FragmentBuilder(attributes: 1)
    let input = trunk.tensor(1, 1, 3, zero: -128)
    let output = trunk.tensor(1, 1, 1, scale: 10, zero: 4)
    let scores = trunk.tensor(1, 1, 1, type: .float32)
    var layer = LayerWeights(groupInputs: 3, groupOutputs: 1, kernel: 1)
    layer.int8 = [2, 3, -1]
    trunk.convolve(input, output, scores: scores, layer, bias: [5], multiplier: 0.1, storedUnsigned: storedUnsigned)
    builder.fragments = [trunk]
    builder.attributes = [AttributeSpecification(name: "x", fragment: 0, tensor: scores, dimensions: [1])]
    builder.inputTable = identityTable(channels: 3)
    let session = try Session(bundle: try open(builder.bytes()))
    try session.set(pixels: [10, 20, 30])
    try session.evaluate(attributes: 1)
    #expect(try session.read(fragment: 0, tensor: output) == [Float(10 - 4) * 10])
    #expect(Array(session.scores(attribute: 0)) == [Float(55) * Float(0.1)])
  }

  /// A 3x3 sum over one pixel and its border of zero points: only the pixel counts, in all four corners of a 2x2 image.
  @Test(arguments: [false, true]) func bordersHoldTheZeroPoint(storedUnsigned: Bool) throws {
    var builder = BundleBuilder()
    builder.storedUnsigned = storedUnsigned
    builder.colorOrder = .gray
    var trunk = FragmentBuilder(attributes: 1)
    let input = trunk.tensor(2, 2, 1, border: 1, zero: -128)
    let sum = trunk.tensor(2, 2, 1, border: 1, scale: 1, zero: -20)
    let again = trunk.tensor(2, 2, 1, type: .float32)
    var ones = LayerWeights(groupInputs: 1, groupOutputs: 1, kernel: 3)
    ones.int8 = [Int8](repeating: 1, count: 9)
    trunk.convolve(input, sum, ones, bias: [0], multiplier: 1, pad: 1, rowSegments: true, storedUnsigned: storedUnsigned)
    trunk.convolve(sum, nil, scores: again, ones, bias: [0], multiplier: 1, pad: 1, storedUnsigned: storedUnsigned)
    builder.fragments = [trunk]
    builder.attributes = [AttributeSpecification(name: "x", fragment: 0, tensor: again, dimensions: [1, 1, 2, 2])]
    builder.inputTable = identityTable(channels: 1)
    let session = try Session(bundle: try open(builder.bytes()))
    try session.set(pixels: [1, 2, 3, 4])
    try session.evaluate(attributes: 1)
    // Every window sees all four pixels: 10 each, and 40 in the second layer.
    #expect(try session.read(fragment: 0, tensor: sum) == [10, 10, 10, 10])
    #expect(Array(session.scores(attribute: 0)) == [40, 40, 40, 40])
  }

  @Test(arguments: [false, true]) func threadsAndInstructionSetsGiveTheSameBytes(storedUnsigned: Bool) throws {
    let bundle = try open(sampleBundle(storedUnsigned: storedUnsigned).bytes())
    let reference = try Session(bundle: bundle, isa: FACET_ISA_SCALAR)
    for isa in everyLevel {
      for threads in [1, 2, 3, 5, 16] {
        let session = try Session(bundle: bundle, threads: threads, isa: isa)
        for seed in 1...3 as ClosedRange<UInt64> {
          try reference.set(pixels: samplePixels(seed: seed))
          try session.set(pixels: samplePixels(seed: seed))
          try reference.evaluate(attributes: 3)
          try session.evaluate(attributes: 3)
          #expect(session.allScores()[0] == reference.allScores()[0])
          // float32 layers are equal between instruction sets to a tolerance, between thread counts to the bit.
          if isa == FACET_ISA_SCALAR { #expect(session.allScores()[1] == reference.allScores()[1]) }
        }
      }
    }
  }

  @Test func bothStoredDomainsGiveTheSameScores() throws {
    var results: [[[UInt32]]] = []
    for storedUnsigned in [false, true] {
      let session = try Session(bundle: try open(sampleBundle(storedUnsigned: storedUnsigned).bytes()), isa: FACET_ISA_SCALAR)
      try session.set(pixels: samplePixels(seed: 9))
      try session.evaluate(attributes: 3)
      results.append(session.allScores())
    }
    #expect(Set(results[0][0]).count > 1)
    #expect(results[0] == results[1])
  }

  @Test func evaluatingMoreContinuesAndRunsNothingTwice() throws {
    let bundle = try open(sampleBundle().bytes())
    let counts = bundle.fragments.map { Int64($0.instructions.count) }
    let session = try Session(bundle: bundle)
    try session.set(pixels: samplePixels(seed: 1))
    #expect(session.scores(attribute: 0).isEmpty)
    try session.evaluate(attributes: 1)
    #expect(session.executedInstructions == counts[0] + counts[1])
    #expect(session.scores(attribute: 0).count == 5)
    #expect(session.scores(attribute: 1).isEmpty)
    try session.evaluate(attributes: 3)
    #expect(session.executedInstructions == counts[0] + counts[1] + counts[2])
    try session.evaluate(attributes: 3)
    #expect(session.executedInstructions == counts[0] + counts[1] + counts[2])
    let continued = session.allScores()
    try session.set(pixels: samplePixels(seed: 1))
    #expect(session.scores(attribute: 0).isEmpty)
    try session.evaluate(attributes: 3)
    #expect(session.executedInstructions == 2 * (counts[0] + counts[1] + counts[2]))
    #expect(session.allScores() == continued)
  }

  @Test func arenaOfTheCallerIsUsedAndNothingBeyondIt() throws {
    let bundle = try open(sampleBundle().bytes())
    let size = try #require(bundle.arenaBytes(plan: 0))
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size + 128, alignment: 64)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 0xA5)
    let given = UnsafeMutableRawBufferPointer(rebasing: memory[64..<(64 + size)])
    let session = try Session(bundle: bundle, arena: given)
    let own = try Session(bundle: bundle)
    for s in [session, own] {
      try s.set(pixels: samplePixels(seed: 4))
      try s.evaluate(attributes: 3)
    }
    #expect(session.allScores() == own.allScores())
    #expect(memory[..<64].allSatisfy { $0 == 0xA5 })
    // The over-read is read at most.
    #expect(memory[size...].allSatisfy { $0 == 0xA5 })
    let small = UnsafeMutableRawBufferPointer(rebasing: memory[64..<(63 + size)])
    #expect(throws: SessionError.arenaTooSmall) { _ = try Session(bundle: bundle, arena: small) }
    let crooked = UnsafeMutableRawBufferPointer(rebasing: memory[32..<(32 + size)])
    #expect(throws: SessionError.arenaMisaligned) { _ = try Session(bundle: bundle, arena: crooked) }
  }

  @Test func tapsSeeEveryInstructionInOrder() throws {
    let bundle = try open(sampleBundle().bytes())
    let session = try Session(bundle: bundle)
    try session.set(pixels: samplePixels(seed: 1))
    var seen: [[Int]] = []
    try session.evaluate(attributes: 2) { seen.append([$0, $1]) }
    let expected = [0, 2].flatMap { f in bundle.fragments[f].instructions.indices.map { [f, $0] } }
    #expect(seen == expected)
  }

  @Test func misuseIsAnErrorAndNotATrap() throws {
    let bundle = try open(sampleBundle().bytes())
    #expect(throws: SessionError.noSuchPlan) { _ = try Session(bundle: bundle, plan: 1) }
    #expect(throws: SessionError.noSuchPlan) { _ = try Session(bundle: bundle, plan: -1) }
    #expect(throws: SessionError.badThreadCount) { _ = try Session(bundle: bundle, threads: 0) }
    #expect(throws: SessionError.badThreadCount) { _ = try Session(bundle: bundle, threads: 65) }
    let session = try Session(bundle: bundle)
    #expect(throws: SessionError.noInput) { try session.evaluate(attributes: 1) }
    #expect(throws: SessionError.wrongInputSize) { try session.set(pixels: [1, 2, 3]) }
    try session.set(pixels: samplePixels(seed: 1))
    #expect(throws: SessionError.noSuchAttribute) { try session.evaluate(attributes: 4) }
    #expect(session.scores(attribute: -1).isEmpty && session.scores(attribute: 64).isEmpty)
    var values: [Float] = [0, 0, 0, 0, 0]
    try session.evaluate(attributes: 1)
    try values.withUnsafeMutableBufferPointer { try session.confidences(attribute: 0, into: $0) }
    #expect(abs(values.reduce(0, +) - 1) < 1e-6)
    #expect(throws: SessionError.notEvaluated) {
      try values.withUnsafeMutableBufferPointer { try session.confidences(attribute: 1, into: $0) }
    }
    #expect(throws: SessionError.noSuchTensor) {
      _ = try values.withUnsafeMutableBufferPointer { try session.readTensor(fragment: 9, tensor: 0, into: $0) }
    }
  }
}
