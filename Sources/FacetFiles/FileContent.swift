import FacetFiles
import Glibc

/// What a file is by its first bytes and its name: for messages, where it stands in another one's place.
package enum FileContent: String, Sendable, CaseIterable {
  case onnx, bundle, delta, json
  case png, jpeg, anymap, npy, npz
  case pytorch, torchScript, exportedProgram, pickle, safetensors, keras, savedModel, frozenGraph, tflite, caffe, openVINO, coreML, paddle,
    mxnet,
    tensorRT
  case lfsPointer, webPage, gzip

  /// Nil for what is not known, or cannot be read.
  package static func of(_ path: String) -> FileContent? {
    var status = stat()
    guard FileName.withBytes(path, { stat($0, &status) }) == 0 else { return nil }
    if status.st_mode & S_IFMT == S_IFDIR {
      let parts = ["/saved_model.pb", "/keras_metadata.pb"]
      return parts.contains { FileName.withBytes(path + $0) { access($0, F_OK) } == 0 } ? .savedModel : nil
    }
    let descriptor = FileName.withBytes(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    let start = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in count = max(0, pread(descriptor, buffer.baseAddress, 4096, 0))
    }
    return of(start, name: path)
  }

  /// - Parameter start: the first bytes, 4096 where there are as many.
  static func of(_ start: [UInt8], name path: String) -> FileContent? {
    let name = path.lowercased()
    func begins(_ text: StaticString, at offset: Int = 0) -> Bool {
      text.withUTF8Buffer { start.dropFirst(offset).prefix($0.count).elementsEqual($0) }
    }
    func begins(_ bytes: UInt8...) -> Bool { start.starts(with: bytes) }
    func holds(_ text: String) -> Bool {
      let wanted = Array(text.utf8)
      guard start.count >= wanted.count else { return false }
      return (0...start.count - wanted.count).contains { start[$0..<$0 + wanted.count].elementsEqual(wanted) }
    }
    func ends(_ endings: String...) -> Bool { endings.contains { name.hasSuffix("." + $0) } }
    if begins(0x89, 0x46, 0x41, 0x43, 0x45, 0x54) { return .bundle }
    if begins(0x89, 0x46, 0x44, 0x45, 0x4C, 0x54) { return .delta }
    if begins(0x89, 0x50, 0x4E, 0x47) { return .png }
    if begins(0xFF, 0xD8, 0xFF) { return .jpeg }
    if begins(0x89, 0x48, 0x44, 0x46) { return .keras }
    if begins(0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59) { return .npy }
    if begins(0x1F, 0x8B) { return .gzip }
    if begins("PK\u{3}\u{4}") { return ofZip(holds, ends) }
    if begins("TFL3", at: 4) { return .tflite }
    if begins("version https://git-lfs") { return .lfsPointer }
    if start.count > 2, start[0] == 0x50, (0x31...0x37).contains(start[1]), start[2] <= 0x20 || start[2] == 0x23 { return .anymap }
    if begins(0x80), start.count > 1, (2...5).contains(start[1]) {
      return ends("pdparams") ? .paddle : ends("pkl", "joblib") ? .pickle : .pytorch
    }
    if start.count > 9, start[8] == 0x7B, start[3..<8].allSatisfy({ $0 == 0 }) { return .safetensors }
    if let first = start.first(where: { $0 > 0x20 }) {
      let text = String(decoding: start.prefix(512), as: UTF8.self).lowercased()
      if first == 0x3C {
        return text.contains("<net ") || text.contains("<net\n")
          ? .openVINO : text.contains("<html") || text.contains("<!doctype") ? .webPage : nil
      }
      if first == 0x7B { return ends("json", "recipe") || text.contains("\"version\"") ? .json : nil }
    }
    if ends("caffemodel", "prototxt") { return .caffe }
    if ends("mlmodel") { return .coreML }
    if ends("pdmodel", "pdiparams") { return .paddle }
    if ends("params") { return .mxnet }
    if ends("engine", "trt", "plan") { return .tensorRT }
    if ends("pb") { return .frozenGraph }
    // The field ir_version, then another one of a model.
    let followers: [UInt8] = [0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42]
    return start.count > 2 && start[0] == 0x08 && start[1] <= 32 && followers.contains(start[2]) ? .onnx : nil
  }

  /// An archive, by the names of its first entries.
  private static func ofZip(_ holds: (String) -> Bool, _ ends: (String...) -> Bool) -> FileContent? {
    if ends("pt2") || holds("exported_program") || holds("archive_format") { return .exportedProgram }
    if holds("constants.pkl") || holds("/code/") || ends("torchscript") { return .torchScript }
    if holds("data.pkl") || holds(".format_version") || ends("pt", "pth", "ckpt") { return .pytorch }
    if holds("model.weights.h5") || holds("metadata.json") || ends("keras") { return .keras }
    if ends("npz") || holds(".npy") { return .npz }
    return nil
  }
}
