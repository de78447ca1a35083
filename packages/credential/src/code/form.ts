import type { Credential } from '../model.ts'

/** How something is shown to a verifier without a connection, strongest first (specs/code.md): in answer to its challenge, to whoever looks, on paper. */
export const FORMS = ['answer', 'show', 'paper'] as const
export type Form = (typeof FORMS)[number]

const SHOW = 'urn:symbolon:show'

/** Seconds for which a code shown to whoever looks is good. */
export const SHOW_LIFE = 120

/** The audience of a code that is shown to whoever looks, for one question or for none: no verifier that asks ever has this name. */
export const showAudience = (question?: string): string => (question === undefined ? SHOW : `${SHOW}:${question}`)

/** In which form it was shown; what its proofs are worth is for the checks. */
export function formOf({ binding }: Pick<Credential, 'binding'>): Form {
  if (binding === undefined) return 'paper'
  return binding.audience === SHOW || binding.audience.startsWith(`${SHOW}:`) ? 'show' : 'answer'
}

/** Whether a form is at least as strong as the weakest that is accepted. */
export const isEnough = (form: Form, weakest: Form): boolean => FORMS.indexOf(form) <= FORMS.indexOf(weakest)
