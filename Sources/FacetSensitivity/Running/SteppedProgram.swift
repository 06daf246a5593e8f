import FacetBundle
import FacetFormat
import FacetRuntime

/// A program that runs instruction by instruction in an arena of its own, so that what lies behind an instruction can be run again with
/// something changed, and what came before it need not.
final class SteppedProgram {
  let bundle: Bundle
  private let session: Session
  private let arena: Arena
  /// By fragment: those that read of it, directly or through others, and itself.
  private let behind: [[Bool]]

  /// Memory for one plan, which programs with the same plan may share.
  final class Arena {
    fileprivate let bytes: UnsafeMutableRawBufferPointer
    fileprivate let saved: UnsafeMutableRawBufferPointer

    fileprivate init(byteCount: Int) {
      bytes = .allocate(byteCount: byteCount, alignment: 64)
      saved = .allocate(byteCount: byteCount, alignment: 64)
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
      bytes.deallocate()
      saved.deallocate()
    }
  }

  /// - Parameter other: a program of the same graph with other constants, whose arena it takes: either can then go on where the other is.
  init(_ bundle: Bundle, threads: Int, sharing other: SteppedProgram? = nil) throws(SessionError) {
    self.bundle = bundle
    let isa = KernelLevel.ofCompiler
    guard let bytes = bundle.arenaBytes(plan: 0, threads: threads, isa: isa) else { throw .noSuchPlan }
    arena = other?.arena ?? Arena(byteCount: bytes)
    session = try Session(bundle: bundle, threads: threads, isa: isa, arena: arena.bytes)
    var behind: [[Bool]] = []
    for first in bundle.fragments.indices {
      var reached = [Bool](repeating: false, count: bundle.fragments.count)
      reached[first] = true
      for later in bundle.fragments.indices.dropFirst(first + 1) {
        reached[later] = bundle.fragments[later].imports.contains { reached[Int($0.fragment)] }
      }
      behind.append(reached)
    }
    self.behind = behind
  }

  func set(_ input: NetworkInput) throws(SessionError) { try input.set(on: session) }

  func run(instruction: Int, fragment: Int) { session.run(instruction: instruction, fragment: fragment) }

  /// All of the program.
  func runAll(after: (_ fragment: Int, _ instruction: Int) throws -> Void = { _, _ in }) rethrows {
    for fragment in bundle.fragments.indices {
      for instruction in bundle.fragments[fragment].instructions.indices {
        run(instruction: instruction, fragment: fragment)
        try after(fragment, instruction)
      }
    }
  }

  /// What follows in a fragment from an instruction on, and the fragments that build on it.
  ///
  /// - Parameter run: runs an instruction of that fragment or a later one.
  func goOn(fragment: Int, instruction: Int, run: (_ fragment: Int, _ instruction: Int) throws -> Void) rethrows {
    for later in bundle.fragments.indices.dropFirst(fragment) where behind[fragment][later] {
      for index in bundle.fragments[later].instructions.indices where later > fragment || index >= instruction { try run(later, index) }
    }
  }

  /// Whether what an attribute's result is made of builds on a fragment.
  func isReached(attribute: Int, from fragment: Int) -> Bool { behind[fragment][Int(bundle.attributes[attribute].fragment)] }

  func save() { arena.saved.copyMemory(from: UnsafeRawBufferPointer(arena.bytes)) }
  func restore() { arena.bytes.copyMemory(from: UnsafeRawBufferPointer(arena.saved)) }

  func read(fragment: Int, tensor: Int) throws(SessionError) -> [Float] {
    let count = Int(bundle.fragments[fragment].tensors[tensor].elementCount)
    var problem: SessionError?
    var values = [Float](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(SessionError) { try session.readTensor(fragment: fragment, tensor: tensor, into: buffer) } catch { problem = error }
      filled = problem == nil ? count : 0
    }
    if let problem { throw problem }
    if bundle.input.offset != 0, fragment == 0, tensor == Int(bundle.input.tensor) {
      // Its 0 lies between two codes.
      let offset = bundle.input.offset * bundle.fragments[0].tensors[tensor].scale
      for index in values.indices { values[index] -= offset }
    }
    return values
  }

  func read(_ place: ValuePlace) throws(SessionError) -> [Float] { try read(fragment: place.fragment, tensor: place.tensor) }

  func write(_ values: [Float], _ place: ValuePlace) throws(SessionError) {
    try values.withUnsafeBufferPointer { values throws(SessionError) in
      try session.writeTensor(fragment: place.fragment, tensor: place.tensor, values)
    }
  }

  func isResult(_ place: ValuePlace) -> Bool {
    bundle.attributes.contains { Int($0.fragment) == place.fragment && Int($0.tensor) == place.tensor }
  }

  /// The scores of an attribute whose fragment has run.
  func scores(_ attribute: Int) throws(SessionError) -> [Float] {
    let record = bundle.attributes[attribute]
    return try read(fragment: Int(record.fragment), tensor: Int(record.tensor))
  }
}
