import type { JsonObject } from '@symbolon/sd-jwt'
import type { Form } from '../../oauth/form.ts'
import type { ClientMetadata } from '../client_metadata.ts'
import { directPost } from './direct_post.ts'
import { directPostJwt } from './direct_post_jwt.ts'

/** How an answer travels (OpenID4VP 1.0 sections 8.2, 8.3). */
export interface ResponseMode {
  readonly id: string
  readonly spec: string
  /** Whether answers are encrypted to a key of the request. */
  readonly encrypted: boolean
  /** What is missing in the metadata of a request for an answer in this mode, or undefined. */
  requestFault(metadata: ClientMetadata): string | undefined
  /** The form that a wallet posts. */
  write(parameters: JsonObject, metadata: ClientMetadata): Promise<Record<string, string>>
  /** The parameters that came in a form; throws ProtocolError `invalid_request`. `decryptionKey` is the private JWK of the request, with its `kid`. */
  read(form: Form, decryptionKey: JsonObject | undefined): Promise<JsonObject>
}

/** Every response mode we speak. */
export const RESPONSE_MODES: readonly ResponseMode[] = [directPostJwt, directPost]

/** The mode of that name, or undefined. */
export const responseModeNamed = (id: string): ResponseMode | undefined => RESPONSE_MODES.find((mode) => mode.id === id)
export { directPost, directPostJwt }
