/// A stable code of the catalogue, such as `import.onnx.opset`: scripts compare it, and `facet explain` tells what it means.
///
/// Each part has one enumeration of its codes with their texts, in one file; `ErrorCatalogue` gathers them.
public protocol ErrorCode: Sendable {
  var code: String { get }
  /// For people who meet the code for the first time: what it says, what usually causes it, and what to do next; whole sentences.
  var explanation: (title: String, causes: String, remedy: String) { get }
}

extension ErrorCode where Self: RawRepresentable<String> {
  public var code: String { rawValue }
}
