/// Values of a text that is read leniently: nil where it is not what is asked for.
extension JSONNode {
  /// Of an object, the first member of this name.
  package subscript(_ key: String) -> JSONNode? { members.first { $0.key == key }?.node }

  /// Empty where it is no object.
  package var members: [JSONMember] { if case .object(let members) = value { members } else { [] } }

  package var elements: [JSONNode]? { if case .array(let elements) = value { elements } else { nil } }

  package var string: String? { if case .string(let text) = value { text } else { nil } }

  package var number: Double? { if case .number(let number) = value { number } else { nil } }

  package var integer: Int? { number.flatMap { Int(exactly: $0) } }

  /// Nil where one element is none.
  package var numbers: [Double]? { whole(\.number) }

  package var integers: [Int]? { whole(\.integer) }

  /// Elements of another kind are left out.
  package var strings: [String] { (elements ?? []).compactMap(\.string) }

  private func whole<Value>(_ read: (JSONNode) -> Value?) -> [Value]? {
    guard let elements else { return nil }
    let values = elements.compactMap(read)
    return values.count == elements.count ? values : nil
  }
}
