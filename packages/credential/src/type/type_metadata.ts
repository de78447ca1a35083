import type { Json, JsonObject, Primitives } from '@symbolon/sd-jwt'
import { type ClaimRule, type CredentialType, LANGUAGES, pathKey } from './credential_type.ts'

/** SD-JWT VC Type Metadata (draft 19 section 5.2) of a type: derived from the brick and from nothing else. */
export function typeMetadata(type: CredentialType): JsonObject {
  const { en } = type.display
  return {
    vct: type.vct,
    name: en.name,
    description: en.description,
    display: LANGUAGES.map((locale) => {
      const { name, description } = type.display[locale]
      return { locale, name, description, ...(type.card !== undefined && { rendering: face(type.card) }) }
    }),
    claims: claimMetadata(type),
  }
}

/** The bytes that the issuer serves and `vct#integrity` protects: the same brick gives the same text, always and everywhere. */
export const metadataText = (type: CredentialType): string => JSON.stringify(typeMetadata(type))

/** Integrity metadata of a text, in the form of Subresource Integrity (SD-JWT VC section 6): standard base64 over its UTF-8 bytes. */
export async function integrity(text: string, primitives: Primitives): Promise<string> {
  const digest = await primitives.digest('sha-256', new TextEncoder().encode(text))
  return `sha256-${Uint8Array.fromBase64(digest, { alphabet: 'base64url' }).toBase64()}`
}

/** The face goes into the document itself: looking at a credential asks nobody for anything (section 5.5.1.2). */
function face(card: string): JsonObject {
  return { svg_template: [{ uri: `data:image/svg+xml;base64,${new TextEncoder().encode(card).toBase64()}` }] }
}

/** Every claim that has a label, in the order of the schema's labels (section 5.6). */
function claimMetadata(type: CredentialType): Json[] {
  const rules = new Map(type.claims.map((rule) => [pathKey(rule.path), rule]))
  return [...type.display.en.claims.keys()].map((key) => {
    const path = JSON.parse(key) as (string | null)[]
    const display = LANGUAGES.map((locale) => {
      const { label = '', description, isGeneral } = type.display[locale].claims.get(key) ?? {}
      // A sentence that was written for many claims at once would come many times over: 32 countries, 25 statutes.
      return { locale, label, ...(description !== undefined && !isGeneral && { description }) }
    })
    return { path, display, ...disclosure(rules.get(key)) }
  })
}

/** A claim without a rule of its own is never a disclosure of its own: it stands in one, or holds some. */
function disclosure(rule: ClaimRule | undefined): JsonObject {
  return { ...(rule?.mandatory && { mandatory: true }), sd: rule?.sd ?? 'never' }
}
