import type { QuestionSentences } from './index.ts'

export const fr: QuestionSentences = {
  answer_no: 'Selon les sources, la réponse était non le {on}.',
  answer_yes: 'Selon les sources, la réponse était oui le {on}.',
  asked_authority_missing: "L'attestation ne vient d'aucune des autorités demandées. Demandez-en une autre à la personne.",
  asked_binding_missing:
    "L'attestation n'est liée à personne et peut donc être une copie. Demandez-en une qui soit liée au portefeuille de la personne.",
  asked_claim_missing: "Ce qui était demandé n'a pas été montré : {path}. Demandez à la personne de réessayer et d'accepter de le montrer.",
  asked_format_missing:
    "Une attestation d'une autre forme que demandée a été montrée ({found} au lieu de {asked}). Demandez à la personne d'utiliser un autre portefeuille.",
  asked_type_missing:
    'Une autre attestation que demandée a été montrée ({found} au lieu de {asked}). Demandez à la personne de choisir la bonne.',
  asked_value_missing: 'Elle a été montrée avec une autre valeur que demandée : {path}. Demandez à nouveau.',
  claim_not_shown:
    "Ce qui a été montré ne suffit pas pour répondre à la question : une partie n'a pas été montrée, ou sa source ne peut pas le dire.",
  nothing_shown: "Rien n'a été montré.",
  query_not_answered: "Tout ce qui était demandé n'a pas été montré. Demandez à la personne de réessayer.",
  query_not_asked: "Quelque chose a été montré qui n'était pas demandé. Demandez à la personne de réessayer.",
}
