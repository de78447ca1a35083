export { type Accreditation, type AccreditedFor, GRANTS, type Grant, type NoAccreditation, readAccreditation } from './accreditation.ts'
export { type Attribute, type NoAttribute, ROLES, type Role, readAttribute } from './attribute.ts'
