import { SdJwtError } from '@symbolon/sd-jwt'
import { CredentialError } from '../errors.ts'
import { parseCredential } from '../formats/index.ts'
import type { Check, Credential, Report } from '../model.ts'
import { checkStatus } from '../status/index.ts'
import { verdict, worst } from './check.ts'
import { checkBinding } from './checks/binding.ts'
import { checkPeriods } from './checks/periods.ts'
import { checkSigner } from './checks/signature.ts'
import { checkType } from './checks/type.ts'
import { checkValidity } from './checks/validity.ts'
import { gather, type Lookup } from './needs.ts'
import type { Context } from './policy.ts'

/** Judges a parsed credential by what is known at `now`, in seconds; pure, and never an exception for what the credential holds. */
export async function verify(credential: Credential, context: Context): Promise<Report> {
  const type = context.policy.types.get(credential.view.type)
  const status = await checkStatus(credential.view, type, context)
  const checks: readonly Check[] = [
    verdict('structure', 'pass', 'well_formed'),
    ...(await checkSigner(credential, context)),
    await checkType(credential, type, context),
    checkValidity(credential, context),
    ...checkPeriods(credential, type, context),
    await checkBinding(credential, type, context),
    status.check,
  ]
  return { outcome: worst(checks), checks, evidenceAge: status.evidenceAge }
}

/** The report on a text, and the credential in it when the text holds one. */
export interface TextReport extends Report {
  readonly credential?: Credential
}

/** Parses, gathers and judges: a malformed text is a failed check, not an exception. */
export async function verifyText(text: string, lookup: Lookup, context: Omit<Context, 'evidence'>): Promise<TextReport> {
  let credential: Credential
  try {
    credential = await parseCredential(text, context.primitives)
  } catch (error) {
    return malformed(error)
  }
  const evidence = await gather(credential, lookup, context.mechanisms)
  return { ...(await verify(credential, { ...context, evidence })), credential }
}

function malformed(error: unknown): TextReport {
  if (error instanceof CredentialError) return report(verdict('structure', 'fail', error.code, { detail: error.message }))
  if (error instanceof SdJwtError) {
    return report({ id: 'structure', outcome: 'fail', code: error.code, spec: error.spec, facts: { detail: error.message } })
  }
  throw error
}

const report = (check: Check): TextReport => ({ outcome: check.outcome, checks: [check], evidenceAge: null })
