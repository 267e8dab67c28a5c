import protobuf from 'protobufjs'
import type { ExportMetadata } from '../weights/export-metadata.ts'

/** The messages of ONNX that an inference graph needs. Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
const SCHEMA = `
syntax = "proto2";
package onnx;
message AttributeProto {
  optional string name = 1; optional float f = 2; optional int64 i = 3; optional bytes s = 4;
  repeated float floats = 7; repeated int64 ints = 8; optional int32 type = 20;
}
message NodeProto {
  repeated string input = 1; repeated string output = 2; optional string name = 3; optional string op_type = 4;
  repeated AttributeProto attribute = 5;
}
message TensorProto {
  repeated int64 dims = 1; optional int32 data_type = 2; optional string name = 8; optional bytes raw_data = 9;
}
message Dimension { optional int64 dim_value = 1; optional string dim_param = 2; }
message TensorShapeProto { repeated Dimension dim = 1; }
message TensorType { optional int32 elem_type = 1; optional TensorShapeProto shape = 2; }
message TypeProto { optional TensorType tensor_type = 1; }
message ValueInfoProto { optional string name = 1; optional TypeProto type = 2; }
message GraphProto {
  repeated NodeProto node = 1; optional string name = 2; repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
}
message StringStringEntryProto { optional string key = 1; optional string value = 2; }
message OperatorSetIdProto { optional string domain = 1; optional int64 version = 2; }
message ModelProto {
  optional int64 ir_version = 1; optional string producer_name = 2; optional GraphProto graph = 7;
  repeated OperatorSetIdProto opset_import = 8; repeated StringStringEntryProto metadata_props = 14;
}`

const ModelProto = protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType('onnx.ModelProto')
const [IR_VERSION, OPSET] = [8, 13]
/** Values of TensorProto.DataType. */
export const [FLOAT, UINT8, INT64, FLOAT16] = [1, 2, 7, 10] as const
/** Values of AttributeProto.AttributeType. */
const [ATTRIBUTE_FLOAT, ATTRIBUTE_INT, ATTRIBUTE_STRING, ATTRIBUTE_INTS] = [1, 2, 3, 7]

/** The bytes of a model file: input `image` float32 [N, C, H, W], output `logits` float32 [N, classes]. */
export function encodeModel(
  { nodes, initializers }: { nodes: readonly object[]; initializers: readonly object[] },
  metadata: ExportMetadata,
): Uint8Array {
  const { size, channels } = metadata.input
  const message = {
    ir_version: IR_VERSION,
    producer_name: 'anneal',
    opset_import: [{ domain: '', version: OPSET }],
    metadata_props: [{ key: 'anneal', value: JSON.stringify(metadata) }],
    graph: {
      name: metadata.model,
      node: nodes,
      initializer: initializers,
      input: [value('image', ['batch', channels, size, size])],
      output: [value('logits', ['batch', metadata.labels.length])],
    },
  }
  return ModelProto.encode(ModelProto.fromObject(message)).finish()
}

/** An attribute of a node; whole numbers are integers, but for `epsilon`. */
export function attribute(name: string, value: number | string | readonly number[]): object {
  if (typeof value === 'string') return { name, s: Buffer.from(value), type: ATTRIBUTE_STRING }
  if (typeof value !== 'number') return { name, ints: [...value], type: ATTRIBUTE_INTS }
  const real = name === 'epsilon' || !Number.isInteger(value)
  return real ? { name, f: value, type: ATTRIBUTE_FLOAT } : { name, i: value, type: ATTRIBUTE_INT }
}

function value(name: string, sides: readonly (number | string)[]): object {
  const dim = sides.map((side) => (typeof side === 'string' ? { dim_param: side } : { dim_value: side }))
  return { name, type: { tensor_type: { elem_type: FLOAT, shape: { dim } } } }
}
