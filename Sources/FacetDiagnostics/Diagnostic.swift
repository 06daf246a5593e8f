/// One reason why something cannot be done, as facts: whoever prints it (terminal, JSON) chooses the form.
public struct Diagnostic: Sendable, Equatable {
  /// Stable across versions, for scripts and documentation, e.g. `import.onnx.unsupported-operator`. Always one of the catalogue's.
  public let code: String
  /// The file as the user named it.
  public var file: String
  /// What in the file, e.g. `node 'conv1'` or `tensor 'conv1.weight'`; nil where it is the file itself.
  public var place: String?
  /// The operator as the file names it, with its domain where that is not the standard one.
  public var operatorName: String?
  /// Shapes of the operator's inputs in order, e.g. `1x3x64x64`; `?` where unknown.
  public var shapes: [String]
  /// What is wrong: a sentence without the place.
  public var message: String
  /// What the user can do about it: a sentence.
  public var remedy: String

  public init(
    code: some ErrorCode, file: String, place: String? = nil, operatorName: String? = nil, shapes: [String] = [],
    message: String, remedy: String
  ) {
    self.code = code.code
    self.file = file
    self.place = place
    self.operatorName = operatorName
    self.shapes = shapes
    self.message = message
    self.remedy = remedy
  }
}

extension Diagnostic: CustomStringConvertible {
  /// One line: file, place, operator with shapes, message, remedy, code. Control characters are escaped.
  public var description: String {
    var text = file + ": "
    if let place { text += place }
    if let operatorName {
      text += " (" + operatorName
      if !shapes.isEmpty { text += ", inputs " + shapes.joined(separator: ", ") }
      text += ")"
    }
    if place != nil { text += ": " }
    text += message + (message.last?.isPunctuation == true ? "" : ".")
    if !remedy.isEmpty { text += " " + remedy }
    return escaped(text) + " [" + code + "]"
  }
}

extension Diagnostic: Encodable {
  private enum CodingKeys: CodingKey {
    case code, file, place, operatorName, shapes, message, remedy
  }

  /// For machines every field is there; what has no place or operator has empty ones.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(code, forKey: .code)
    try container.encode(file, forKey: .file)
    try container.encode(place ?? "", forKey: .place)
    try container.encode(operatorName ?? "", forKey: .operatorName)
    try container.encode(shapes, forKey: .shapes)
    try container.encode(message, forKey: .message)
    try container.encode(remedy, forKey: .remedy)
  }
}
