import FacetIR

/// The most elements of integers that are computed at import.
let maximumIntegers = 1 << 24

/// A constant operand of a computation at import.
enum ONNXConstant {
  case numbers(Tensor)
  case integers(ONNXIntegers)

  var shape: [Int] {
    switch self {
    case .numbers(let tensor): tensor.shape
    case .integers(let integers): integers.shape
    }
  }

  var count: Int {
    switch self {
    case .numbers(let tensor): tensor.elements.count
    case .integers(let integers): integers.elements.count
    }
  }

  var integers: ONNXIntegers? {
    if case .integers(let integers) = self { return integers }
    return nil
  }

  var numbers: Tensor? {
    if case .numbers(let tensor) = self { return tensor }
    return nil
  }

  /// Elements of this and, after those, of `other`, in a new order.
  ///
  /// - Parameter places: for each element of the result where it comes from; -1 gives 0.
  func picking(_ places: [Int], shape: [Int], and other: ONNXConstant? = nil) -> ONNXConstant? {
    switch (self, other) {
    case (.numbers(let a), nil): return .made(of: pick(places, a.elements, [], zero: 0), shape)
    case (.numbers(let a), .numbers(let b)?): return .made(of: pick(places, a.elements, b.elements, zero: 0), shape)
    case (.integers(let a), let b):
      guard b == nil || b?.integers != nil else { return nil }
      return .integers(
        ONNXIntegers(shape: shape, elements: pick(places, a.elements, b?.integers?.elements ?? [], zero: 0), type: a.type))
    default: return nil
    }
  }

  /// Numbers; of none, as all empty tensors are kept, an empty list of integers.
  static func made(of elements: [Float], _ shape: [Int]) -> ONNXConstant {
    elements.isEmpty
      ? .integers(ONNXIntegers(shape: shape, elements: [])) : .numbers(Tensor(shape: shape, elements: elements))
  }

  static func truths(_ elements: [Bool], _ shape: [Int]) -> ONNXConstant {
    .integers(ONNXIntegers(shape: shape, elements: elements.map { $0 ? 1 : 0 }, type: .bool))
  }
}

private func pick<Element>(_ places: [Int], _ a: [Element], _ b: [Element], zero: Element) -> [Element] {
  places.map { $0 < 0 ? zero : $0 < a.count ? a[$0] : b[$0 - a.count] }
}

extension ONNXLowering {
  /// Whether all that a node reads is known now. Nodes without inputs make their constants themselves.
  func readsOnlyConstants(_ node: ONNXNode) -> Bool {
    guard node.domain.isEmpty, !node.inputs.isEmpty else { return false }
    return node.inputs.allSatisfy { name in
      if name.isEmpty { return true }
      switch values[name] {
      case .integers, .codes: return true
      case .value(let id): return graph.constant(id) != nil
      default: return false
      }
    }
  }

  /// What an operator gives for constants; nil where its row does that as it does for computed values.
  func evaluate(_ call: ONNXCall) throws(ONNXProblem) -> ONNXValue? {
    guard let rule = ONNXConstantRules.table[call.node.operatorType] else { return nil }
    var operands: [ONNXConstant?] = []
    for index in 0..<call.inputCount { operands.append(try call.has(index) ? call.known(index) : nil) }
    guard let result = try rule(call, operands) else { return nil }
    return keep(result, name: call.node.outputs.first ?? call.node.name)
  }

  /// A computed constant as a value of the file.
  func keep(_ constant: ONNXConstant, name: String) -> ONNXValue {
    switch constant {
    case .integers(let integers): .integers(integers)
    case .numbers(let tensor): .value(values.addConstant(tensor, name: name, to: &graph))
    }
  }
}

extension ONNXCall {
  /// A constant input in the form in which constants are computed with.
  fileprivate func known(_ index: Int) throws(ONNXProblem) -> ONNXConstant? {
    switch try resolve(index) {
    case .integers(let integers): return .integers(integers)
    case .codes(let codes):
      try charge(elements: codes.bytes.count, size: 8)
      return .integers(ONNXIntegers(shape: codes.shape, elements: codes.bytes.map(codes.number), type: codes.type))
    case .value(let id):
      guard let tensor = lowering.graph.constant(id) else { return nil }
      guard let type = lowering.integerValues[node.inputs[index]] else { return .numbers(tensor) }
      // Codes that were moved as numbers.
      try charge(elements: tensor.elements.count, size: 8)
      return .integers(ONNXIntegers(shape: tensor.shape, elements: tensor.elements.map { Int(exactly: $0) ?? 0 }, type: type))
    default: return nil
    }
  }

  /// Accounts for a result of this shape that is about to be computed, and gives the number of its elements.
  @discardableResult func reserve(_ shape: [Int]) throws(ONNXProblem) -> Int {
    if shape.contains(0), shape.isPossibleShape { return 0 }
    guard shape.count <= maximumRank, let count = shape.checkedElementCount, count <= maximumIntegers else {
      throw .limit("Its result would have shape \(shape.prefix(16)): more than \(maximumIntegers) elements or \(maximumRank) axes.")
    }
    try charge(elements: count, size: 8)
    return count
  }
}
