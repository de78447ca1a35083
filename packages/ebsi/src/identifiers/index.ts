export { canonical } from './canonical.ts'
export { createDidEbsi, didEbsi, isDidEbsi, parseDidEbsi } from './did_ebsi.ts'
export { parseDidKey } from './did_key.ts'
export {
  type AttributeReference,
  attributeUrl,
  DEFAULT_NETWORK,
  foreignRegistry,
  isOneNetwork,
  NETWORKS,
  parseAttributeId,
  parseAttributeReference,
  parseRegistries,
  type Registry,
} from './registry.ts'
export { type SchemaId, schemaId } from './schema_id.ts'
