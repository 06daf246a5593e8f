/// Names without the beginning and the end that all of them have, where these are long: what tells them apart stays.
struct ShortNames {
  private let prefix: String
  private let suffix: String

  /// What the mark stands for; nil where nothing is left out.
  var note: String? {
    let parts = [(prefix, "begins with"), (suffix, "ends in")].filter { !$0.0.isEmpty }.map { "\($0.1) '\($0.0)'" }
    return parts.isEmpty ? nil : "… stands for what each name \(parts.joined(separator: " and "))."
  }

  init(_ names: [String]) {
    guard names.count > 1, !names.contains(""), let first = names.first.map(Array.init) else {
      (prefix, suffix) = ("", "")
      return
    }
    let others = names.dropFirst().map(Array.init)
    let shortest = ([first] + others).map(\.count).min() ?? 0
    var front = 0
    while front < shortest, others.allSatisfy({ $0[front] == first[front] }) { front += 1 }
    // Words stay whole: what is left out ends, or begins, with a mark between them.
    func isMark(_ character: Character) -> Bool { "_./-: ".contains(character) }
    front = min(front, shortest - 1)
    while front > 0, !isMark(first[front - 1]) { front -= 1 }
    var back = 0
    while back < shortest - front, others.allSatisfy({ $0[$0.count - 1 - back] == first[first.count - 1 - back] }) { back += 1 }
    back = min(back, max(shortest - front - 1, 0))
    while back > 0, !isMark(first[first.count - back]) { back -= 1 }
    prefix = front >= 6 ? String(first.prefix(front)) : ""
    suffix = back >= 6 ? String(first.suffix(back)) : ""
  }

  /// A name, or several with " + " between them.
  func shown(_ text: String) -> String {
    text.split(separator: " + ").map { name in
      var name = name
      if !prefix.isEmpty, name.hasPrefix(prefix) { name = "…" + name.dropFirst(prefix.count) }
      if !suffix.isEmpty, name.hasSuffix(suffix) { name = name.dropLast(suffix.count) + "…" }
      return String(name)
    }.joined(separator: " + ")
  }
}
