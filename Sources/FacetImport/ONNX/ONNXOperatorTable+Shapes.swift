import FacetIR

/// The operators that move elements, and those that compute sizes.
extension ONNXOperatorTable {
  static let shapeRows: [String: ONNXOperatorRow] = [
    // ONNXShape.swift
    "Concat": .init(inputs: 1...Int.max, attributes: ["axis"], build: importConcat),
    "Flatten": .init(inputs: 1...1, attributes: ["axis"], build: importFlatten),
    "Identity": .init(inputs: 1...1, build: importIdentity),
    "Reshape": .init(inputs: 2...2, attributes: ["allowzero"], build: importReshape),
    "Squeeze": .init(inputs: 1...2, attributes: ["axes"], build: importSqueeze),
    "Unsqueeze": .init(inputs: 1...2, attributes: ["axes"], build: importUnsqueeze),
    // ONNXRearranging.swift
    "DepthToSpace": .init(inputs: 1...1, attributes: ["blocksize", "mode"], build: importDepthToSpace),
    "Expand": .init(since: 8, inputs: 2...2, build: importExpand),
    "Gather": .init(inputs: 2...2, attributes: ["axis"], build: importGather),
    "GatherND": .init(since: 11, inputs: 2...2, attributes: ["batch_dims"], build: importGatherND),
    "Pad": .init(inputs: 1...4, attributes: ["mode", "pads", "value"], build: importPad),
    "SpaceToDepth": .init(inputs: 1...1, attributes: ["blocksize"], build: importSpaceToDepth),
    "Tile": .init(inputs: 2...2, build: importTile),
    "Transpose": .init(inputs: 1...1, attributes: ["perm"], build: importTranspose),
    // ONNXSlice.swift
    "Slice": .init(inputs: 1...5, attributes: ["axes", "ends", "starts"], build: importSlice),
    "Split": .init(
      inputs: 1...2, attributes: ["axis", "num_outputs", "split"], hasManyOutputs: true, build: importSplit),
    // ONNXResize.swift
    "Resize": .init(
      since: 10, inputs: 2...4,
      attributes: [
        "antialias", "axes", "coordinate_transformation_mode", "cubic_coeff_a", "exclude_outside", "extrapolation_value",
        "keep_aspect_ratio_policy", "mode", "nearest_mode",
      ], build: importResize),
    "Upsample": .init(inputs: 1...2, attributes: ["mode", "scales"], build: importUpsample),
    // ONNXConvTranspose.swift
    "ConvTranspose": .init(
      inputs: 2...3,
      attributes: [
        "auto_pad", "dilations", "group", "kernel_shape", "output_padding", "output_shape", "pads", "strides",
      ], build: importConvTranspose),
    // ONNXConstants.swift
    "Cast": .init(inputs: 1...1, attributes: ["round_mode", "saturate", "to"], build: importCast),
    "CastLike": .init(since: 15, inputs: 2...2, attributes: ["round_mode", "saturate"], build: importCastLike),
    "Constant": .init(
      inputs: 0...0, attributes: ["value", "value_float", "value_floats", "value_int", "value_ints"], build: importConstant),
    "ConstantOfShape": .init(since: 9, inputs: 1...1, attributes: ["value"], build: importConstantOfShape),
    "Range": .init(since: 11, inputs: 3...3, build: importRange),
    "Shape": .init(inputs: 1...1, attributes: ["end", "start"], build: importShape),
    "Size": .init(inputs: 1...1, build: importSize),
  ]
}
