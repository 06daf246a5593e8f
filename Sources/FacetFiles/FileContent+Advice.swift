import FacetDiagnostics

extension FileContent {
  /// What a command wants in a place.
  package enum Role: String, Sendable {
    case model = "an ONNX model"
    case bundle = "a Facet bundle"
    case recipe = "a recipe (JSON)"
    case data = "images or tensors"
    case delta = "a delta"
  }

  /// With its article.
  package var name: String {
    switch self {
    case .onnx: "an ONNX model"
    case .bundle: "a Facet bundle"
    case .delta: "a Facet delta"
    case .json: "a JSON text, as recipes are"
    case .png: "a PNG image"
    case .jpeg: "a JPEG image"
    case .anymap: "a PPM or PGM image"
    case .npy: "an .npy array"
    case .npz: "an .npz archive of arrays"
    case .pytorch: "a PyTorch checkpoint"
    case .torchScript: "a TorchScript archive"
    case .exportedProgram: "a program of torch.export"
    case .pickle: "a Python pickle"
    case .safetensors: "a safetensors file, weights without their network"
    case .keras: "a Keras model or weights (HDF5 or .keras)"
    case .savedModel: "a TensorFlow SavedModel"
    case .frozenGraph: "a TensorFlow graph"
    case .tflite: "a TensorFlow Lite model"
    case .caffe: "a Caffe model"
    case .openVINO: "an OpenVINO model"
    case .coreML: "a Core ML model"
    case .paddle: "a PaddlePaddle model"
    case .mxnet: "an MXNet file of weights"
    case .tensorRT: "a TensorRT engine"
    case .lfsPointer: "a Git LFS pointer, a text that stands for the file"
    case .webPage: "a web page"
    case .gzip: "a gzip archive"
    }
  }

  /// "This is a JPEG image, but an ONNX model is expected." Nil where it is what is wanted.
  package func message(wanted role: Role) -> String? {
    let suits: Bool =
      switch role {
      case .model: self == .onnx
      case .bundle: self == .bundle
      case .recipe: self == .json
      case .data: [.png, .jpeg, .anymap, .npy, .npz].contains(self)
      case .delta: self == .delta
      }
    return suits ? nil : "This is \(name), but \(role.rawValue) \(role == .data ? "are" : "is") expected."
  }

  /// What to do where `role` is wanted and this is there.
  package func remedy(wanted role: Role) -> String {
    switch self {
    case .lfsPointer: return "Fetch the file itself: git lfs pull."
    case .webPage: return "A download saved a web page instead of the file: open its address in a browser, and download it again."
    case .gzip: return "Unpack it first, with gunzip or tar -xzf."
    default: break
    }
    switch role {
    case .model: return modelRemedy
    case .bundle: return bundleRemedy
    case .recipe:
      return self == .onnx || self == .bundle
        ? "Give a model or a bundle without --recipe; a recipe is what 'facet init MODEL -o recipe.json' writes."
        : "Name the JSON file that 'facet init MODEL -o recipe.json' wrote."
    case .data:
      return self == .bundle
        ? "The bundle comes first, once: facet run BUNDLE IMAGE... Images are PNG, JPEG, PPM or PGM, tensors .npy."
        : "Name images (PNG, JPEG, PPM, PGM), tensors (.npy) or a folder of these."
    case .delta:
      return self == .bundle
        ? "The delta comes second: facet patch OLD DELTA -o NEW." : "Name a file that 'facet diff OLD NEW --emit FILE' wrote."
    }
  }

  private var bundleRemedy: String {
    switch self {
    case .onnx:
      "Compile it first: facet compile MODEL --recipe RECIPE -o FILE.facet. Where both are given, the bundle comes first, and models follow it."
    case .json: "Name the bundle that 'facet compile' wrote; a recipe is given with --recipe."
    case .png, .jpeg, .anymap, .npy, .npz: "The bundle comes first, then what it is run on: facet run BUNDLE IMAGE..."
    case .delta: "Make the bundle from it first: facet patch OLD DELTA -o NEW."
    default: "Export the network as ONNX, then compile it. \(modelRemedy)"
    }
  }

  private var modelRemedy: String {
    switch self {
    case .bundle: "Name the model that the bundle was compiled from. Where both are given, the bundle comes first, and models follow it."
    case .json: "A recipe is given with --recipe; the model is given without it."
    case .png, .jpeg, .anymap:
      "Name the ONNX file. Images are given to 'facet run BUNDLE IMAGE...', and for calibration with --calibration."
    case .npy, .npz: "Name the ONNX file. Arrays are given to 'facet run', with --calibration, or to 'verify' as saved outputs (.npz)."
    case .delta: "Name the ONNX file."
    case .pytorch, .torchScript:
      "In Python, load it (\(self == .torchScript ? "torch.jit.load" : "weights alone into their network, with load_state_dict")), call eval(), and write "
        + "torch.onnx.export(network, torch.zeros(1, 3, 224, 224), \"model.onnx\", opset_version=17), with your input's size."
    case .exportedProgram:
      "In Python: torch.onnx.export(torch.export.load(\"model.pt2\").module(), example_inputs, \"model.onnx\", opset_version=18)."
    case .pickle:
      "If it holds a PyTorch network, load it in Python and write it with torch.onnx.export; scikit-learn's models have skl2onnx."
    case .safetensors:
      "In Python, make the network, give it the weights (safetensors.torch.load_file, then load_state_dict), call eval(), and write it with "
        + "torch.onnx.export(network, torch.zeros(1, 3, 224, 224), \"model.onnx\", opset_version=17)."
    case .keras:
      "In Python: tf2onnx.convert.from_keras(keras.models.load_model(FILE), opset=17, output_path=\"model.onnx\"); weights alone are loaded "
        + "into their network first."
    case .savedModel: "Convert it: python -m tf2onnx.convert --saved-model FOLDER --opset 17 --output model.onnx."
    case .frozenGraph:
      "Convert it: python -m tf2onnx.convert --graphdef FILE --inputs NAME:0 --outputs NAME:0 --opset 17 --output model.onnx. A "
        + "saved_model.pb is converted with its folder: --saved-model FOLDER."
    case .tflite: "Convert it: python -m tf2onnx.convert --tflite FILE --opset 17 --output model.onnx."
    case .paddle: "Convert it with paddle2onnx."
    case .tensorRT: "It was built for one GPU: name the ONNX file that it was built from."
    case .caffe, .openVINO, .coreML, .mxnet: "Export the network as ONNX from the framework that it was trained in."
    case .onnx, .lfsPointer, .webPage, .gzip: "Name the ONNX file."
    }
  }
}

extension FacetError {
  /// Where another kind of file than `role` stands in its place, this error says so instead.
  package func naming(_ path: String, wanted role: FileContent.Role) -> FacetError {
    FacetError(diagnostics.map { $0.naming(path, wanted: role) })
  }
}

extension Diagnostic {
  /// Where another kind of file than `role` stands in its place, this error says so instead.
  package func naming(_ path: String, wanted role: FileContent.Role) -> Diagnostic {
    guard let content = FileContent.of(path), let message = content.message(wanted: role) else { return self }
    var result = self
    (result.place, result.message, result.remedy) = (nil, message, content.remedy(wanted: role))
    return result
  }
}
