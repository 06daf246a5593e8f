/// Makes the choices of a failing network smaller as long as it fails in the same way (delta debugging: A. Zeller, R. Hildebrandt,
/// "Simplifying and Isolating Failure-Inducing Input", 2002).
struct NetworkShrinker {
  /// Whether these choices still fail.
  let fails: (NetworkChoices) -> Bool
  /// The most networks that are tried.
  var budget = 600
  private(set) var tried = 0

  init(fails: @escaping (NetworkChoices) -> Bool) { self.fails = fails }

  /// Precondition: `choices` fails.
  mutating func shrink(_ choices: NetworkChoices) -> NetworkChoices {
    var best = choices
    var before: NetworkChoices?
    while before != best, tried < budget {
      before = best
      best = keepFewerOutputs(best)
      best = dropSteps(best)
      best = simplifySteps(best)
      best = shrinkInput(best)
    }
    return best
  }

  private mutating func attempt(_ candidate: NetworkChoices, _ best: inout NetworkChoices) -> Bool {
    guard candidate != best, tried < budget else { return false }
    tried += 1
    guard fails(candidate) else { return false }
    best = candidate
    return true
  }

  private mutating func keepFewerOutputs(_ choices: NetworkChoices) -> NetworkChoices {
    var best = choices
    for index in choices.outputs.indices.reversed() where best.outputs.count > 1 {
      var candidate = best
      candidate.outputs.remove(at: index)
      _ = attempt(candidate, &best)
    }
    return best
  }

  /// Runs of steps, long ones first; who read a dropped step reads what it read.
  private mutating func dropSteps(_ choices: NetworkChoices) -> NetworkChoices {
    var best = choices
    var length = max(1, best.steps.count / 2)
    while length >= 1 {
      var end = best.steps.count
      while end >= length {
        _ = attempt(best.dropping(end - length..<end), &best)
        end -= length
        end = min(end, best.steps.count)
      }
      length = length == 1 ? 0 : length / 2
    }
    return best
  }

  private mutating func simplifySteps(_ choices: NetworkChoices) -> NetworkChoices {
    var best = choices
    for index in best.steps.indices {
      for field in [\NetworkStep.input, \.other, \.a, \.b, \.c] { shrink(&best, index, field) }
      var candidate = best
      candidate.steps[index].seed = 0
      _ = attempt(candidate, &best)
    }
    return best
  }

  private mutating func shrinkInput(_ choices: NetworkChoices) -> NetworkChoices {
    var best = choices
    for field in [\NetworkChoices.channels, \.height, \.width] {
      for smaller in Self.smaller(than: best[keyPath: field], from: 1) {
        var candidate = best
        candidate[keyPath: field] = smaller
        if attempt(candidate, &best) { break }
      }
    }
    return best
  }

  private mutating func shrink(_ best: inout NetworkChoices, _ index: Int, _ field: WritableKeyPath<NetworkStep, Int>) {
    for smaller in Self.smaller(than: best.steps[index][keyPath: field], from: 0) {
      var candidate = best
      candidate.steps[index][keyPath: field] = smaller
      if attempt(candidate, &best) { break }
    }
  }

  /// The least first, then ever nearer.
  private static func smaller(than number: Int, from least: Int) -> [Int] {
    var result: [Int] = []
    var distance = number - least
    while distance > 0 {
      result.append(number - distance)
      distance /= 2
    }
    return result
  }
}

extension NetworkChoices {
  /// Without some steps.
  func dropping(_ range: Range<Int>) -> NetworkChoices {
    var result = self
    for index in range.reversed() {
      let replacement = result.steps[index].input
      // Value index + 1 is what the step gives.
      func renumber(_ value: Int) -> Int { value == index + 1 ? replacement : value > index + 1 ? value - 1 : value }
      result.steps.remove(at: index)
      for later in index..<result.steps.count {
        result.steps[later].input = renumber(result.steps[later].input)
        result.steps[later].other = renumber(result.steps[later].other)
      }
      result.outputs = result.outputs.map(renumber)
    }
    return result
  }
}
