/* command_session.c - arguments of the commands about signing in and what a connection can do. */
#include "grammar/command_arguments.h"

#include "base/ascii.h"
#include "base/text.h"

/* RFC 2971 section 3.3 */
#define ID_MAX_PARAMETERS 30
#define ID_MAX_FIELD 30
#define ID_MAX_VALUE 1024

bool command_parse_login(struct lexer *lexer, struct command *command)
{
	return lexer_space(lexer, "a user name") &&
	       lexer_astring(lexer, "a user name", &command->login.user) &&
	       lexer_space(lexer, "a password") &&
	       lexer_astring(lexer, "a password", &command->login.password);
}

static bool copy_upper(struct lexer *lexer, struct roost_text *text)
{
	char *copy = arena_strndup(lexer->arena, text->bytes, text->size);

	if (copy == NULL) {
		return lexer_fail_memory(lexer);
	}
	for (size_t i = 0; i < text->size; i++) {
		copy[i] = ascii_upper(copy[i]);
	}
	text->bytes = copy;
	return true;
}

static bool is_base64(struct roost_text text)
{
	for (size_t i = 0; i < text.size; i++) {
		char c = text.bytes[i];

		if (!ascii_is_alpha(c) && !ascii_is_digit(c) && c != '+' && c != '/' && c != '=') {
			return false;
		}
	}
	return true;
}

/* RFC 4959: "=" stands for an empty response. */
static bool parse_initial_response(struct lexer *lexer, struct command *command)
{
	struct roost_text response;

	if (!lexer_space(lexer, "an initial response") ||
		!lexer_run(lexer, "an initial response", &response)) {
		return false;
	}
	if (!is_base64(response)) {
		return lexer_fail(lexer, "The initial response is not base64");
	}
	if (text_equal(response, TEXT("="))) {
		response.size = 0;
	}
	command->authenticate.has_initial_response = true;
	command->authenticate.initial_response = response;
	return true;
}

bool command_parse_authenticate(struct lexer *lexer, struct command *command)
{
	const char *p;

	if (!lexer_space(lexer, "a SASL mechanism") ||
		!lexer_atom(lexer, "a SASL mechanism", &command->authenticate.mechanism) ||
		!copy_upper(lexer, &command->authenticate.mechanism)) {
		return false;
	}
	for (p = lexer->at; p < lexer->end && *p == ' '; p++) {
	}
	return p == lexer->end || parse_initial_response(lexer, command);
}

static bool parse_id_parameter(struct lexer *lexer, struct id_parameter **parameter_out)
{
	struct id_parameter *parameter = arena_alloc(lexer->arena, sizeof(*parameter));

	if (parameter == NULL) {
		return lexer_fail_memory(lexer);
	}
	if (!lexer_astring(lexer, "a field name", &parameter->field) ||
		!lexer_space(lexer, "a value or NIL") ||
		!lexer_nstring(lexer, "a value or NIL", &parameter->value)) {
		return false;
	}
	if (parameter->field.size > ID_MAX_FIELD || parameter->value.size > ID_MAX_VALUE) {
		return lexer_fail(lexer, "A field name or value of ID is too long");
	}
	*parameter_out = parameter;
	return true;
}

bool command_parse_id(struct lexer *lexer, struct command *command)
{
	struct id_parameter **end = &command->id.parameters;
	struct roost_text absent;
	size_t count = 0;

	if (!lexer_space(lexer, "a list of fields and values, or NIL")) {
		return false;
	}
	if (!lexer_skip(lexer, '(')) {
		int c = lexer_peek(lexer);

		return c == 'N' || c == 'n'
			       ? lexer_nstring(lexer, "NIL", &absent)
			       : lexer_fail_expected(lexer, "a list of fields and values, or NIL");
	}
	if (lexer_skip(lexer, ')')) {
		lexer->after = "the list";
		return true;
	}
	do {
		if (count++ == ID_MAX_PARAMETERS) {
			return lexer_fail(lexer, "ID has too many fields");
		}
		if (!parse_id_parameter(lexer, end)) {
			return false;
		}
		end = &(*end)->next;
	} while (lexer_skip(lexer, ' '));
	if (!lexer_skip(lexer, ')')) {
		return lexer_fail_expected(lexer, "a space or )");
	}
	lexer->after = "the list";
	return true;
}

bool command_parse_compress(struct lexer *lexer, struct command *command)
{
	return lexer_space(lexer, "a way to compress") &&
	       lexer_atom(lexer, "a way to compress", &command->compress);
}

/* Whether a space and a word follow, and not only the end of the line. */
static bool has_word(const struct lexer *lexer)
{
	return lexer->end - lexer->at >= 2 && lexer->at[0] == ' ' && lexer->at[1] != ' ';
}

bool command_parse_enable(struct lexer *lexer, struct command *command)
{
	struct roost_text *names;
	size_t most = 1, count = 0;

	for (const char *p = lexer->at; p < lexer->end && (*p == ' ' || lexer_is_atom_char(*p));
		p++) {
		most += *p == ' ';
	}
	names = arena_array(lexer->arena, most, sizeof(*names));
	if (names == NULL) {
		return lexer_fail_memory(lexer);
	}
	do {
		if (!lexer_space(lexer, "a capability") ||
			!lexer_atom(lexer, "a capability", &names[count]) ||
			!copy_upper(lexer, &names[count])) {
			return false;
		}
		count++;
	} while (has_word(lexer));
	command->enable.names = names;
	command->enable.count = count;
	return true;
}
