/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program: picks the command. */
int main(void)
{
	return 2;
}
