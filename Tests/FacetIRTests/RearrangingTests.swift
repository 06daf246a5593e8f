import FacetIR
import Testing

/// Hand values: each input counts from 1, so that an element names its place.
@Suite struct RearrangingTests {
  private func run(_ op: some RearrangingOperator, _ shape: [Int]) -> [Float] { op.reference([counting(shape)]).elements }

  @Test func transposeMovesAxes() throws {
    #expect(run(Transpose(permutation: [1, 0]), [2, 3]) == [1, 4, 2, 5, 3, 6])
    #expect(try Transpose(permutation: [0, 3, 1, 2]).outputShape([[1, 2, 3, 4]]) == [1, 4, 2, 3])
    #expect(run(Transpose(permutation: [2, 0, 1]), [2, 1, 3]) == [1, 4, 2, 5, 3, 6])
    #expect(run(Transpose(permutation: []), []) == [1])
    #expect(refusal(Transpose(permutation: [0, 0]), [[1, 2]])?.contains("not a permutation") ?? false)
    #expect(refusal(Transpose(permutation: [0]), [[1, 2]]) != nil)
  }

  @Test func sliceStepsBothWays() {
    #expect(run(Slice(starts: [1, 0], sizes: [1, 2], steps: [1, 2]), [2, 3]) == [4, 6])
    #expect(run(Slice(starts: [0, 2], sizes: [2, 2], steps: [1, -2]), [2, 3]) == [3, 1, 6, 4])
    #expect(refusal(Slice(starts: [1], sizes: [3], steps: [1]), [[3]])?.contains("not in axis 0") ?? false)
    for (start, size, step) in [(0, 1, 0), (0, 2, -1), (-1, 1, 1), (3, 1, 1), (0, 0, 1), (0, 3, Int.max), (0, Int.max, 2)] {
      #expect(refusal(Slice(starts: [start], sizes: [size], steps: [step]), [[3]]) != nil)
    }
  }

  @Test func padModes() {
    #expect(run(Pad(before: [0, 1], after: [1, 0], value: 9), [1, 2]) == [9, 1, 2, 9, 9, 9])
    #expect(run(Pad(before: [2], after: [1], mode: .reflect), [3]) == [3, 2, 1, 2, 3, 2])
    #expect(run(Pad(before: [2], after: [1], mode: .edge), [3]) == [1, 1, 1, 2, 3, 3])
    #expect(run(Pad(before: [4], after: [2], mode: .wrap), [3]) == [3, 1, 2, 3, 1, 2, 3, 1, 2])
    #expect(refusal(Pad(before: [3], after: [0], mode: .reflect), [[3]])?.contains("mode reflect") ?? false)
    #expect(refusal(Pad(before: [-1], after: [0]), [[3]]) != nil)
    #expect(refusal(Pad(before: [Int.max], after: [1]), [[3]]) != nil)
    #expect(refusal(Pad(before: [1], after: [0], value: .nan), [[3]]) != nil)
  }

  @Test func repetitions() {
    #expect(run(Expand(shape: [2, 2, 2]), [2, 1]) == [1, 1, 2, 2, 1, 1, 2, 2])
    #expect(run(Expand(shape: [2]), []) == [1, 1])
    #expect(refusal(Expand(shape: [1, 3]), [[2, 3]]) != nil)
    #expect(refusal(Expand(shape: [3]), [[1, 3]]) != nil)
    #expect(run(Tile(repeats: [2, 2]), [1, 2]) == [1, 2, 1, 2, 1, 2, 1, 2])
    #expect(refusal(Tile(repeats: [Int.max]), [[3]]) != nil)
    #expect(refusal(Tile(repeats: [0]), [[3]]) != nil)
    #expect(run(Stretch(axis: 1, step: 3), [1, 3]) == [1, 0, 0, 2, 0, 0, 3])
    #expect(run(Stretch(axis: 0, step: 2), [2, 2]) == [1, 2, 0, 0, 3, 4])
    #expect(refusal(Stretch(axis: 0, step: 0), [[3]]) != nil)
    #expect(refusal(Stretch(axis: 0, step: Int.max), [[3]]) != nil)
  }

  @Test func picking() throws {
    let gather = Gather(axis: 1, indices: [2, 0, 0, 1], indexShape: [2, 2])
    #expect(run(gather, [2, 3]) == [3, 1, 1, 2, 6, 4, 4, 5])
    #expect(try gather.outputShape([[2, 3, 5]]) == [2, 2, 2, 5])
    #expect(try Gather(axis: 0, indices: [1], indexShape: []).outputShape([[2, 3]]) == [3])
    #expect(run(PickNearest(axis: 1, indices: [0, 0, 1]), [2, 2]) == [1, 1, 2, 3, 3, 4])
    #expect(refusal(PickNearest(axis: 0, indices: [3]), [[3]])?.contains("not in an axis of 3") ?? false)
    #expect(refusal(PickNearest(axis: 0, indices: []), [[3]]) != nil)
    #expect(refusal(Gather(axis: 0, indices: [-1], indexShape: [1]), [[3]]) != nil)
    #expect(refusal(Gather(axis: 0, indices: [0], indexShape: [2]), [[3]]) != nil)
    // As many axes as there are at most: the shape of the indices must not make a grid of more.
    let wide = [Int](repeating: 1, count: 9)
    #expect(refusal(Gather(axis: 0, indices: [0], indexShape: wide), [[3]])?.contains("at most 8") ?? false)
  }

  @Test func blocks() {
    // Four channels of one pixel become one block: the channels are the pixels in reading order.
    #expect(run(DepthToSpace(block: 2), [1, 4, 1, 1]) == [1, 2, 3, 4])
    // Eight channels: DCR has the output's channels innermost, CRD outermost.
    #expect(run(DepthToSpace(block: 2), [1, 8, 1, 1]) == [1, 3, 5, 7, 2, 4, 6, 8])
    #expect(run(DepthToSpace(block: 2, columnsFirst: true), [1, 8, 1, 1]) == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(run(DepthToSpace(block: 2), [1, 4, 1, 2]) == [1, 3, 2, 4, 5, 7, 6, 8])
    #expect(run(SpaceToDepth(block: 2), [1, 1, 2, 4]) == [1, 3, 2, 4, 5, 7, 6, 8])
    #expect(run(SpaceToDepth(block: 2), [1, 2, 2, 2]) == [1, 5, 2, 6, 3, 7, 4, 8])
    #expect(refusal(DepthToSpace(block: 2), [[1, 6, 1, 1]]) != nil)
    #expect(refusal(DepthToSpace(block: Int.max), [[1, 4, 1, 1]]) != nil)
    #expect(refusal(SpaceToDepth(block: 2), [[1, 1, 3, 2]]) != nil)
  }

  @Test func resampleSumsWeighted() throws {
    let op = Resample(axis: 1, size: 3, taps: 2, indices: [0, 1, 0, 1, 0, 1], weights: [1, 0, 0.5, 0.5, -1, 2])
    #expect(op.reference([counting([1, 2, 2])]) == Tensor(shape: [1, 3, 2], elements: [1, 2, 2, 3, 5, 6]))
    #expect(refusal(op, [[1, 1, 2]]) != nil)
    #expect(refusal(Resample(axis: 0, size: 2, taps: 2, indices: [0], weights: [1]), [[2]]) != nil)
    #expect(refusal(Resample(axis: 0, size: 1, taps: 1, indices: [0], weights: [.nan]), [[2]]) != nil)
  }

  @Test func longListsStayApartInTexts() {
    let (a, b) = (Array(0..<100), Array(0..<99) + [0])
    #expect(PickNearest(axis: 0, indices: a).attributes != PickNearest(axis: 0, indices: b).attributes)
    #expect(PickNearest(axis: 0, indices: a).attributes.count < 60)
  }

  @Test func tablesCoverTheOutputOnce() throws {
    let ops: [any RearrangingOperator] = [
      Transpose(permutation: [3, 1, 0, 2]), DepthToSpace(block: 2), SpaceToDepth(block: 2), Tile(repeats: [1, 2, 1, 3]),
      Pad(before: [0, 1, 2, 3], after: [1, 0, 1, 0]), Gather(axis: 1, indices: [7, 0], indexShape: [1, 2]),
    ]
    let shape = [1, 8, 4, 2]
    for op in ops {
      let moves = try op.rearrangement(shape)
      let places = moves.outputTables.reduce([0]) { sums, table in sums.flatMap { sum in table.map { sum + Int($0) } } }
      #expect(places.sorted() == Array(0..<(try op.outputShape([shape]).elementCount)), "\(op.name)")
      #expect(moves.dimensions.elementCount == places.count)
    }
    #expect(throws: ShapeError.self) { try Tile(repeats: [1 << 26]).rearrangement([1]) }
  }
}
