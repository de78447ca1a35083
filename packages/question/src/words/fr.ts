import type { QuestionSentences } from './index.ts'

export const fr: QuestionSentences = {
  access_denied: "La personne n'a pas donné son accord, ou ne détient rien qui réponde à la question. Demandez une autre preuve.",
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
  form_too_weak:
    'Cela a été montré sous une forme trop faible pour cette question : quelqu’un d’autre pourrait le montrer à nouveau. Demandez à la personne de répondre à un défi ou, si la question l’accepte, de montrer un code à l’écran.',
  invalid_client:
    'Le portefeuille ne fait pas confiance au demandeur. Demandez une autre preuve ; le gestionnaire de ce service doit vérifier son certificat et son enregistrement.',
  invalid_request:
    'Le portefeuille ne peut rien faire de cette demande. Demandez une autre preuve ; le gestionnaire de ce service doit vérifier la demande.',
  invalid_request_uri_method:
    'Le portefeuille ne peut rien faire de cette demande. Demandez une autre preuve ; le gestionnaire de ce service doit vérifier la demande.',
  invalid_scope:
    'Le portefeuille ne peut rien faire de cette demande. Demandez une autre preuve ; le gestionnaire de ce service doit vérifier la demande.',
  invalid_transaction_data:
    'Le portefeuille ne peut rien faire de cette demande. Demandez une autre preuve ; le gestionnaire de ce service doit vérifier la demande.',
  nothing_shown: "Rien n'a été montré.",
  paper_not_taken:
    "Cela a été montré sur papier, et cette question n'accepte pas le papier. Demandez à la personne de le montrer avec son wallet, ou demandez une autre preuve.",
  query_not_answered: "Tout ce qui était demandé n'a pas été montré. Demandez à la personne de réessayer.",
  query_not_asked: "Quelque chose a été montré qui n'était pas demandé. Demandez à la personne de réessayer.",
  server_error: 'Le portefeuille a rencontré une erreur. Demandez à la personne de réessayer, ou demandez une autre preuve.',
  temporarily_unavailable:
    'Le portefeuille ne peut pas répondre maintenant. Demandez à la personne de réessayer plus tard, ou demandez une autre preuve.',
  unauthorized_client:
    "Le portefeuille n'accepte pas une telle demande de ce demandeur. Demandez une autre preuve ; le gestionnaire de ce service doit vérifier son enregistrement.",
  unsupported_response_type:
    'Le portefeuille ne peut rien faire de cette demande. Demandez une autre preuve ; le gestionnaire de ce service doit vérifier la demande.',
  vp_formats_not_supported:
    "Le portefeuille ne connaît aucune attestation de la forme demandée. Demandez à la personne d'essayer un autre portefeuille, ou demandez une autre preuve.",
  wallet_unavailable:
    "Aucun portefeuille n'a pu répondre. Demandez à la personne d'ouvrir le sien et de réessayer, ou demandez une autre preuve.",
}
