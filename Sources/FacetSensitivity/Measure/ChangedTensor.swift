/// A tensor of the float32 program whose readers get its int8, but for those that read float32 in the int8 program.
struct ChangedTensor {
  private let program: SteppedProgram
  private let place: ValuePlace
  private let reads: ExactReads?
  private let exact: [Float]
  private let rounded: [Float]
  private var holdsExact = true

  init(_ program: SteppedProgram, _ measured: MeasuredOperator, exact: [Float], rounded: [Float]) {
    (self.program, place, reads) = (program, measured.float, measured.exact)
    (self.exact, self.rounded) = (exact, rounded)
  }

  /// Gives it the numbers that an instruction is to read. What reads it last may have taken its memory, so that it is written only before
  /// it is read.
  mutating func prepare(_ fragment: Int, _ instruction: Int) throws {
    if let isExact = reads?.isExact[fragment]?[instruction] { try hold(exact: isExact) }
  }

  /// A result that is read when all has run stays where it is.
  mutating func finish() throws {
    if reads != nil, program.isResult(place) { try hold(exact: true) }
  }

  mutating func hold(exact isExact: Bool) throws {
    guard isExact != holdsExact else { return }
    try program.write(isExact ? exact : rounded, place)
    holdsExact = isExact
  }
}
