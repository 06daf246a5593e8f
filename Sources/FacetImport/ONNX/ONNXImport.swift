import COnnx
import FacetDiagnostics
import FacetFiles
import FacetIR

/// The opsets of the standard domain that are understood; below 7 only operators that have not changed since.
package let supportedONNXOpsets = 1...25

/// Reads an ONNX file of a network, with all sizes known.
///
/// Batch normalization and all else stays as it is in the file; values keep their names. Takes at most 8 times the file
/// (with its external data; 20 times what of it is int8) and 128 MB of memory, whatever its bytes are; in practice about twice the file.
///
/// - Throws: everything that stands in the way, at once. Any bytes give a graph or this.
package func importONNX(path: String, options: ImportOptions = ImportOptions()) throws(FacetError) -> ImportedModel {
  let (model, failure) = try importONNXPart(path: path, options: options)
  if let failure { throw failure }
  return model
}

/// As `importONNX`, but a network of which only a part can be imported is no error: what stands in the way of the rest is given beside it.
package func importONNXPart(
  path: String, options: ImportOptions = ImportOptions()
) throws(FacetError) -> (model: ImportedModel, failure: FacetError?) {
  let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
  do throws(FacetError) {
    return try lowered(options: options) { options throws(FacetError) in
      // The file's own bytes go before the weights are made: that keeps the peak low.
      let (proto, size) = try decodeFile(path)
      return try lower(proto, file: path, size: size, folder: folder, options: options)
    }
  } catch {
    // Files of other formats are refused, or decode to something without a graph.
    let codes = [ImportErrorCode.malformed, .noGraph, .unreadable, .opset].map(\.code)
    guard error.diagnostics.count == 1, codes.contains(error.diagnostics[0].code) else { throw error }
    throw FacetError([error.diagnostics[0].naming(path, wanted: .model)])
  }
}

/// Reads an ONNX model from memory.
///
/// - Parameters:
///   - file: the name for messages.
///   - folder: where external data may come from; nil refuses it.
package func importONNX(
  bytes: UnsafeRawBufferPointer, file: String, folder: String? = nil, options: ImportOptions = ImportOptions()
) throws(FacetError) -> ImportedModel {
  let (model, failure) = try lowered(options: options) { options throws(FacetError) in
    try lower(decode(bytes, file: file), file: file, size: bytes.count, folder: folder, options: options)
  }
  if let failure { throw failure }
  return model
}

private func decodeFile(_ path: String) throws(FacetError) -> (proto: ONNXProto, size: Int) {
  let data = try readFile(path)
  let size = data.bytes.count
  do throws(ONNXProblem) {
    return (try ONNXProto(data), size)
  } catch {
    throw failure(error, file: path)
  }
}

private func readFile(_ path: String) throws(FacetError) -> ModelFile {
  do throws(ModelFile.Unreadable) {
    return try ModelFile(path: path)
  } catch {
    let problem = ONNXProblem(.unreadable, error.message, error.remedy)
    throw failure(problem, file: path)
  }
}

/// A limit, not a fault of the file.
let tooLargeRemedy = "Check that this is the model that was meant, exported for inference: training graphs are larger."

private func decode(_ bytes: UnsafeRawBufferPointer, file: String) throws(FacetError) -> ONNXProto {
  do throws(ONNXProblem) {
    guard bytes.count <= ModelFile.maximumSize else {
      throw ONNXProblem(.tooLarge, "The model has \(bytes.count) bytes, more than 2 GiB.", tooLargeRemedy)
    }
    guard bytes.count > 0 else {
      throw ONNXProblem(.noGraph, "The file is empty.", "Export the model, or copy it again.")
    }
    return try ONNXProto(bytes)
  } catch {
    throw failure(error, file: file)
  }
}

private func failure(_ problem: ONNXProblem, file: String) -> FacetError {
  FacetError([
    Diagnostic(code: problem.code, file: file, place: problem.place, message: problem.message, remedy: problem.remedy)
  ])
}

private func lower(
  _ proto: ONNXProto, file: String, size: Int, folder: String?, options: ImportOptions
) throws(FacetError) -> ONNXAttempt {
  let opset: Int
  let graph: Onnx__GraphProto
  do throws(ONNXProblem) {
    graph = try graphOf(proto)
    opset = try opsetOf(proto)
  } catch {
    throw failure(error, file: file)
  }
  let lowering = ONNXLowering(
    file: file, opset: opset, reader: ONNXTensorReader(folder: folder, fileSize: size, memory: options.memory), options: options)
  // `graph` points into `proto`.
  let (name, producer) = withExtendedLifetime(proto) {
    lowering.run(graph, functions: proto.functions)
    return (text(graph.name), proto.producer)
  }
  lowering.checkSamples()
  var source = ModelSource(
    file: file, fileSize: size, format: "ONNX", operatorSet: opset, producer: producer, name: name)
  source.externalFiles = lowering.reader.externalFiles.sorted()
  var model = ImportedModel(graph: lowering.graph, source: source, notes: lowering.notes, unknownNames: lowering.unknownNames)
  for name in lowering.graph.inputs.map({ lowering.graph[$0].name }) {
    model.integerInputs[name] = lowering.integerValues[name]?.description ?? lowering.quantized[name]?.type.description
  }
  model.valueNames = lowering.valueNames
  let isWhole = lowering.diagnostics.isEmpty
  return ONNXAttempt(
    model: model, diagnostics: lowering.diagnostics, batch: isWhole || options.batch != nil ? nil : lowering.exportedBatch)
}

private func graphOf(_ proto: ONNXProto) throws(ONNXProblem) -> Onnx__GraphProto {
  guard let graph = proto.graph else {
    throw ONNXProblem(
      .noGraph, "The file holds no graph: it is not an ONNX model, or it is damaged.",
      "Check that the file is complete and was written by an ONNX exporter.")
  }
  return graph
}

private func opsetOf(_ proto: ONNXProto) throws(ONNXProblem) -> Int {
  let versions = Set(proto.operatorSets.filter { $0.domain.isEmpty || $0.domain == "ai.onnx" }.map(\.version))
  guard versions.count == 1, let version = versions.first else {
    throw ONNXProblem(
      .opset,
      versions.isEmpty ? "The file does not say its opset." : "The file says several opsets: \(versions.sorted().prefix(8)).",
      ONNXProblem.damaged)
  }
  guard let opset = Int(exactly: version), supportedONNXOpsets.contains(opset) else { throw .opset("The model", version) }
  return opset
}
