import FacetBundle
import FacetData
import FacetDiagnostics
import FacetFormat
import FacetRuntime

/// Forks that a run starts from, opened.
struct ForkInputs {
  let forks: [(index: Int, description: BundleDescription.Fork, data: Dataset)]

  var count: Int { forks.first?.data.count ?? 0 }

  /// - Throws: names that the bundle does not have, files that cannot be read or hold different numbers of samples.
  init(_ starts: [EvaluationOptions.Start], _ bundle: Bundle, file: String) throws(FacetError) {
    var forks: [(index: Int, description: BundleDescription.Fork, data: Dataset)] = []
    for start in starts {
      let index = try bundle.forkIndex(start.fork, file: file)
      forks.append((index, bundle.forkDescriptions[index], try Dataset.open(path: start.path)))
    }
    self.forks = forks
    for other in forks.dropFirst() where other.data.count != count {
      throw FacetError(
        Diagnostic(
          code: RunErrorCode.from, file: other.data.path,
          message: "it has \(other.data.count) samples, but '\(forks[0].data.path)' has \(count)",
          remedy: "Give files of the same samples, as one run with --cut writes them."))
    }
  }

  /// Sets all forks to their values in sample `index`; gives the sample's name.
  func set(_ index: Int, on session: Session) throws -> String {
    var name = ""
    for fork in forks {
      let sample = try fork.data.sample(index)
      let wanted = [1] + fork.description.shape
      guard case .tensor(let values, let shape, _) = sample, shape.filter({ $0 != 1 }) == wanted.filter({ $0 != 1 }) else {
        throw FacetError(
          Diagnostic(
            code: RunErrorCode.from, file: fork.data.path, place: sample.name,
            message: "the fork '\(fork.description.name)' has the shape \(wanted), and float32 numbers",
            remedy: "Give the file that --cut '\(fork.description.name)' wrote."))
      }
      // In int8 it would become any number; a float32 network may have computed it.
      if fork.description.type == "int8", let wrong = values.firstIndex(where: { !$0.isFinite }) {
        throw FacetError(
          Diagnostic(
            code: RunErrorCode.from, file: fork.data.path, place: sample.name,
            message: "number \(wrong) of \(values.count) is \(values[wrong].isNaN ? "not a number (NaN)" : "infinite")",
            remedy: "Give the file that --cut '\(fork.description.name)' wrote."))
      }
      try values.withUnsafeBufferPointer { values in Result { () throws(SessionError) in try session.setFork(fork.index, values) } }.get()
      name = fork.data.count == 1 ? fork.data.path : sample.name
    }
    return name
  }

  /// Sets all forks to zeros, so that the session can tell what they lead to.
  func setZeros(on session: Session) throws(SessionError) {
    for fork in forks { try session.setZeros(fork: fork.index) }
  }
}

extension Session {
  func setZeros(fork index: Int) throws(SessionError) {
    let zeros = [Float](repeating: 0, count: bundle.forkDescriptions[index].shape.reduce(1, *))
    try zeros.withUnsafeBufferPointer { values in Result { () throws(SessionError) in try setFork(index, values) } }.get()
  }

  /// Refuses attributes that the forks set do not lead to, saying where each could start.
  func checkReach(_ attributes: AttributeSet, ignoringGates: Bool, forks: ForkInputs, file: String) throws(FacetError) {
    do {
      try forks.setZeros(on: self)
      let missing = attributes.subtracting(available(ignoringGates: ignoringGates))
      let byGate = missing.intersection(available(ignoringGates: true))
      guard !missing.isEmpty else { return }
      var diagnostics: [Diagnostic] = []
      for (index, attribute) in bundle.attributeDescriptions.enumerated() where missing.contains(index) {
        var starts: [String] = []
        for fork in bundle.forkDescriptions.indices {
          setUnevaluated()
          try setZeros(fork: fork)
          if available(ignoringGates: ignoringGates).contains(index) { starts.append("'\(bundle.forkDescriptions[fork].name)'") }
        }
        let from = starts.isEmpty ? "" : "Give --from one of \(starts.joined(separator: ", ")), or an image."
        let gate = byGate.contains(index)
        diagnostics.append(
          Diagnostic(
            code: RunErrorCode.reach, file: file, place: "attribute '\(attribute.name)'",
            message: gate ? "its gate reads attributes that the forks given do not lead to" : "the forks given do not lead to it",
            remedy: gate ? "Add --ignore-gates. \(from)" : from.isEmpty ? "Give an image." : from))
      }
      throw FacetError(diagnostics)
    } catch let failure as FacetError {
      throw failure
    } catch let error as SessionError {
      throw FacetError(error, file: file)
    } catch {
      throw FacetError(Diagnostic(code: RunErrorCode.from, file: file, message: "\(error)", remedy: ""))
    }
  }

  /// Lets the next fork begin a new input.
  private func setUnevaluated() { try? evaluate(attributes: []) }
}
