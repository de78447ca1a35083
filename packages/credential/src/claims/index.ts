export { mapClaims, type Row } from './map_claims.ts'
export { checkMapping, type MappedClaim, type Mapping, type MappingFaultCode, parseMapping } from './mapping.ts'
export { TRANSFORMS, type Transform } from './transforms.ts'
