# rules: what mail may say and do.  Pure but for reading rule files; includes base, register.
noinst_LIBRARIES += %D%/librules.a
%C%_librules_a_SOURCES = \
	%D%/addresses.c \
	%D%/check.c %D%/check.h \
	%D%/check_about_staff.c \
	%D%/check_agreement.c \
	%D%/check_automatic.c \
	%D%/check_form.c \
	%D%/check_history.c \
	%D%/check_hours.c \
	%D%/check_image.c \
	%D%/check_impersonation.c \
	%D%/check_language.c %D%/tongues.h \
	%D%/check_number.c \
	%D%/check_third_party.c \
	%D%/check_unreadable.c \
	%D%/check_verified.c \
	%D%/check_work_sender.c \
	%D%/cuts.c %D%/cuts.h \
	%D%/heard.c %D%/heard.h \
	%D%/holidays.c %D%/holidays.h \
	%D%/inquiry.c \
	%D%/digits.c \
	%D%/evasion.h \
	%D%/judge.c %D%/judge.h \
	%D%/letters.c \
	%D%/markup.c %D%/markup.h \
	%D%/notice.c %D%/notice.h \
	%D%/office.c %D%/office.h \
	%D%/quote.c %D%/quote.h \
	%D%/rewrite.c %D%/rewrite.h \
	%D%/look.c %D%/look.h \
	%D%/networks.c %D%/networks.h \
	%D%/details.c %D%/details.h \
	%D%/engine.c %D%/engine.h \
	%D%/expression.c %D%/expression.h \
	%D%/pattern.c %D%/pattern.h \
	%D%/policy.c %D%/policy.h \
	%D%/prefilter.h \
	%D%/reader.c %D%/reader.h \
	%D%/reader_inside.h \
	%D%/reader_rule.c \
	%D%/rule.c %D%/rule.h \
	%D%/ruleset.c %D%/ruleset.h \
	%D%/scope.c %D%/scope.h \
	%D%/text.c %D%/text.h %D%/text_inside.h \
	%D%/fold.c %D%/fold.h \
	%D%/spellings.c %D%/spellings.h \
	%D%/tracks.c %D%/tracks.h \
	%D%/trail.c %D%/trail.h \
	%D%/text_around.c %D%/text_part.c \
	%D%/verdict.c %D%/verdict.h \
	%D%/visible.c %D%/visible.h \
	%D%/wordlist.c %D%/wordlist.h
if HAVE_PREFILTER
%C%_librules_a_SOURCES += %D%/prefilter_hyperscan.c
else
%C%_librules_a_SOURCES += %D%/prefilter_none.c
endif

# The texts as bytes: a string literal may not be that long.
rules/sealed-notice.h: %D%/sealed-notice.txt %D%/sealed-notice-whole.txt
	$(AM_V_GEN)$(MKDIR_P) rules && { \
	  echo 'static const char sealed_notice[] = {'; \
	  od -An -v -tx1 $(srcdir)/%D%/sealed-notice.txt | sed 's/ \(..\)/0x\1,/g'; \
	  echo '};'; echo 'static const char sealed_notice_whole[] = {'; \
	  od -An -v -tx1 $(srcdir)/%D%/sealed-notice-whole.txt | sed 's/ \(..\)/0x\1,/g'; \
	  echo '};'; } > $@
desk/sealing.$(OBJEXT): rules/sealed-notice.h
CLEANFILES += rules/sealed-notice.h
EXTRA_DIST += %D%/sealed-notice.txt %D%/sealed-notice-whole.txt

# What an agency starts from and tunes: its changes survive a newer version.
SHIPPED_RULES = \
	%D%/boundaries.rules \
	%D%/checks.rules \
	%D%/contact-details.rules \
	%D%/inbound.rules \
	%D%/language.rules \
	%D%/lists.rules \
	%D%/pictures.rules \
	%D%/social-networks.rules \
	%D%/third-party.rules
EXTRA_DIST += $(SHIPPED_RULES)
rulesdir = $(sysconfdir)/chaperone/rules.d

.PHONY: install-rules uninstall-rules
install-data-local: install-rules
uninstall-local: uninstall-rules

install-rules:
	$(MKDIR_P) '$(DESTDIR)$(rulesdir)'
	for file in $(SHIPPED_RULES); do \
	  test -e "$(DESTDIR)$(rulesdir)/$${file##*/}" || \
	    $(INSTALL_DATA) "$(srcdir)/$$file" '$(DESTDIR)$(rulesdir)' || exit 1; done

uninstall-rules:
	for file in $(SHIPPED_RULES); do \
	  ! cmp -s "$(srcdir)/$$file" "$(DESTDIR)$(rulesdir)/$${file##*/}" || \
	    rm -f "$(DESTDIR)$(rulesdir)/$${file##*/}"; done
